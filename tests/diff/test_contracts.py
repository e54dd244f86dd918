"""Mutants of the contracts of all vendors: each is reported, and examples keep valid what is called compatible."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from crm_contracts.diff import Audience, Diff, compare
from crm_mocks.cli.vendors import default_contract
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.vendor import load_vendor, vendor_names
from tests.diff.mutants import MUTATIONS, at, bodies, is_alone, mutated, schemas_of

EACH = 1
"""Mutants of each kind and vendor that examples are held to."""


@pytest.fixture(scope="module", params=vendor_names())
def document(request):
    return default_contract(load_vendor(request.param)).document


@dataclass(frozen=True)
class Mutant:
    """A mutant, and how it is reported.

    Attributes:
        name: what was changed, and where.
        place: where.
        document: the contract with the change.
        there: changes from the contract to the mutant.
        back: changes from the mutant to the contract.
    """

    name: str
    place: tuple
    document: dict
    there: Diff
    back: Diff


@pytest.fixture(scope="module")
def mutants(document):
    """Return mutants of the contract, at places drawn at random."""
    random = Random(5)
    found = []
    for name, mutation in MUTATIONS.items():
        places = schemas_of(document)
        random.shuffle(places)
        changed = ((place, mutation(at(document, place))) for place in places)
        fitting = [(place, schema) for place, schema in changed if schema is not None]
        for place, schema in fitting[:EACH]:
            new = mutated(document, place, schema)
            found.append(Mutant(name, place, new, compare(document, new), compare(new, document)))
    return found


def _examples(document):
    """Yield the bodies that the contract has as examples, each with its side and where its schema stands."""
    for side, place in bodies(document):
        media = at(document, place[:-1]) if side == "request" else _media(document, place)
        for example in media.get("examples", {}).values():
            yield side, place, follow(document, example)["value"]


def _media(document, place):
    *steps, _, kind, _ = place
    return follow(document, at(document, tuple(steps)))["content"][kind]


def _valid(document):
    """Return a function that tells whether a body fits its schema in the document."""
    schemas = Schemas("mutant", document)
    compiled = {}

    def fits(side, place, value):
        if place not in compiled:
            media = at(document, place[:-1]) if side == "request" else _media(document, place)
            compiled[place] = schemas.compile(media["schema"])
        return compiled[place].is_valid(value)

    return fits


def _breaking(diff, side, audience):
    return any(change.place[0] == side and audience in change.breaks for change in diff.changes)


def test_the_contract_against_itself_has_no_changes(document):
    assert compare(document, document).changes == ()


def test_what_examples_lose_by_a_mutant_is_reported(document, mutants):
    """An example that was valid and is not any more: who sends it is in trouble."""
    senders = {"request": Audience.CLIENTS, "response": Audience.PROVIDERS}
    was, examples = _valid(document), list(_examples(document))
    unreported, lost = [], 0
    for mutant in mutants:
        now = _valid(mutant.document)
        for side, place, value in examples:
            if was(side, place, value) and not now(side, place, value):
                lost += 1
                if not _breaking(mutant.there, side, senders[side]):
                    unreported.append((mutant.name, mutant.place, place))
    assert unreported == []
    assert lost


def test_what_examples_gain_by_a_mutant_is_reported(document, mutants):
    """The mutant is the old contract here: who gets an example that was not valid is in trouble."""
    receivers = {"request": Audience.PROVIDERS, "response": Audience.CLIENTS}
    now, examples = _valid(document), list(_examples(document))
    unreported = []
    for mutant in mutants:
        was = _valid(mutant.document)
        unreported += [
            (mutant.name, mutant.place, place)
            for side, place, value in examples
            if now(side, place, value)
            and not was(side, place, value)
            and not _breaking(mutant.back, side, receivers[side])
        ]
    assert unreported == []


def test_each_mutant_is_reported(document, mutants):
    """All but those that change nothing, as other parts of a schema allow no more than they did."""
    silent = [mutant.place for mutant in mutants if not mutant.there.changes]
    assert [place for place in silent if is_alone(document, place)] == []
    assert len(silent) < len(mutants) / 10


def test_there_and_back_is_the_same_for_the_other_side(document, mutants):
    """A place where something breaks one way is one where something breaks the other way."""
    for mutant in mutants:
        for change in mutant.there.changes:
            if change.breaks and change.rule not in ("member-removed", "member-added"):
                assert any(change.place == other.place and other.breaks for other in mutant.back.changes), mutant.name
