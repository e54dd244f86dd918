"""Seeded attacks of bounded number, and the corpus of what attacks have found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.attack import Attack, Input, Tally, inputs, kept, run
from tests.hostile.kinds import attacks
from tests.hostile.vendor_bodies import VendorBodies
from tests.vendors.discovery import VENDORS

INPUTS = 300
BODIES = [f"bodies of {vendor}" for vendor in VENDORS]
NAMES = ("control API", "HTTP parser", "HAR files", "cassettes", "journals", "journal files", "Postman collections")


Kinds = dict[str, Attack]


@pytest.fixture(scope="session")
def kinds() -> Iterator[Kinds]:
    with attacks() as found:
        yield found


def test_all_kinds_are_tried(kinds: Kinds) -> None:
    assert {*BODIES, *NAMES} == kinds.keys()


@pytest.mark.parametrize("kind", [*BODIES, *NAMES])
def test_no_mutated_input_causes_a_fault(kind: str, kinds: Kinds, figures: Callable[[str], None]) -> None:
    tally = run(kinds[kind], inputs(kinds[kind], range(INPUTS)), Tally(kind))
    figures(f"promise 1: {tally.tried} mutated inputs for {kind}")
    assert tally.faults == []


@pytest.mark.parametrize("kind", BODIES)
def test_no_odd_leaf_of_a_documented_example_causes_a_fault(
    kind: str, kinds: Kinds, figures: Callable[[str], None]
) -> None:
    attack = kinds[kind]
    assert isinstance(attack, VendorBodies)
    tally = run(attack, attack.leaves(), Tally(kind))
    figures(f"promise 1: {tally.tried} odd leaves for {kind}")
    assert tally.faults == []


@pytest.mark.parametrize(("path", "kind", "made"), list(kept()), ids=lambda value: getattr(value, "name", ""))
def test_what_was_found_stays_mended(path: Path, kind: str, made: Input, kinds: Kinds) -> None:
    assert kinds[kind].try_input(made) == "", path.name
