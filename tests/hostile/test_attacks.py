"""Seeded attacks of bounded number, and the corpus of what attacks have found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.attack import Input, Tally, inputs, kept, run
from tests.hostile.kinds import KINDS, Attacks, attacks
from tests.hostile.vendor_bodies import VendorBodies
from tests.vendors.discovery import VENDORS

BODIES = [f"bodies of {vendor}" for vendor in VENDORS]
Record = Callable[[Tally], None]


@pytest.fixture(scope="session")
def found() -> Iterator[Attacks]:
    with attacks() as made:
        yield made


@pytest.fixture
def record(record_property: Callable[[str, object], None]) -> Record:
    """Have a tally counted in the table that is printed at the end."""
    return lambda tally: record_property("attacked", [tally.kind, tally.tried])


def require(kind: str) -> None:
    lacks = KINDS[kind].lacks()
    if lacks:
        pytest.skip(lacks)


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutated_input_causes_a_fault(kind: str, found: Attacks, record: Record) -> None:
    require(kind)
    tally = run(found[kind], inputs(found[kind], range(KINDS[kind].inputs)), Tally(kind))
    record(tally)
    assert tally.faults == []


@pytest.mark.parametrize("kind", BODIES)
def test_no_odd_leaf_of_a_documented_example_causes_a_fault(kind: str, found: Attacks, record: Record) -> None:
    attack = found[kind]
    assert isinstance(attack, VendorBodies)
    tally = run(attack, attack.leaves(), Tally(kind))
    record(tally)
    assert tally.faults == []


@pytest.mark.parametrize(("path", "kind", "made"), list(kept()), ids=lambda value: getattr(value, "name", ""))
def test_what_was_found_stays_mended(path: Path, kind: str, made: Input, found: Attacks) -> None:
    require(kind)
    assert found[kind].try_input(made) == "", path.name
