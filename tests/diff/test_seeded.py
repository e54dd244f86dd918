"""Each seeded change is reported, with the right audience."""

from __future__ import annotations

import pytest

from crm_contracts.diff import compare
from tests.diff.editing import edited, garage
from tests.diff.seeded import DOCUMENTS, SCHEMAS, UNREPORTED


def _reported(diff):
    """Return the rules of the changes, each with all those for whom it is breaking, else with its level."""
    rules = {}
    for change in diff.changes:
        rules.setdefault(change.rule, []).append(change)
    return {
        rule: " ".join(sorted({each for change in changes for each in change.breaks}))
        or " ".join({change.level for change in changes})
        for rule, changes in rules.items()
    }


def _below(schema, edits):
    properties = f"components/schemas/{schema}/properties/"
    whole = f"components/schemas/{schema}/"
    return {
        whole + place[3:] if place.startswith("../") else properties + place: value for place, value in edits.items()
    }


@pytest.mark.parametrize("row", SCHEMAS, ids=lambda row: row.about)
def test_a_change_of_a_request_is_reported(row):
    assert _reported(compare(garage(), edited(garage(), _below("Sent", row.edits)))) == row.request


@pytest.mark.parametrize("row", SCHEMAS, ids=lambda row: row.about)
def test_a_change_of_a_response_is_reported(row):
    assert _reported(compare(garage(), edited(garage(), _below("Got", row.edits)))) == row.response


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: row.about)
def test_a_change_of_an_operation_is_reported(row):
    assert _reported(compare(garage(), edited(garage(), row.edits))) == row.expected


@pytest.mark.parametrize("row", UNREPORTED, ids=lambda row: row.about)
def test_what_changes_nothing_is_not_reported(row):
    assert compare(garage(), edited(garage(), row.edits)).changes == ()


def test_a_contract_against_itself_has_no_changes():
    assert compare(garage(), garage()).changes == ()


def test_an_operation_that_moved_is_compared_still():
    new = garage()
    new["paths"]["/autos"] = new["paths"].pop("/cars")
    edited(new, {"paths/~autos/post/responses/409": {}})
    changes = compare(garage(), new).changes
    assert [(change.operation, change.rule, change.was, change.now) for change in changes] == [
        ("createCar", "operation-moved", "POST /cars", "POST /autos"),
        ("createCar", "status-added", None, "409"),
    ]


def test_there_are_enough_changes(figures):
    rows = len(SCHEMAS) * 2 + len(DOCUMENTS)
    figures(f"{rows} seeded changes of contracts classified, and {len(UNREPORTED)} that change nothing")
    assert rows >= 60
