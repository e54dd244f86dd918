"""Excerpts of JSON bodies."""

from __future__ import annotations

import json

import pytest

from crm_contracts.report.document import CodeBlock
from crm_contracts.report.json_excerpt import json_excerpt

BODY = json.dumps({"id": 1, "phones": [{"number": "1"}, {"type": "home", "number": 2}], "empty": {}})


def marked(location: tuple[str | int, ...], body: str = BODY) -> list[str]:
    block = json_excerpt(body, location)
    assert block is not None
    lines = block.text.split("\n")
    return [lines[number].strip() for number in block.marked]


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (("id",), ['"id": 1,']),
        (("phones", "1", "number"), ['"number": 2']),
        (("phones", "*", "type"), ['"type": "home",']),
        (("phones", 1), ["{", '"type": "home",', '"number": 2', "}"]),
        (("phones", "1", "extension"), ["{"]),
        (("name",), ["{"]),
        ((), ["{"]),
        (("phones", "9"), ['"phones": [']),
    ],
)
def test_the_member_is_marked_or_the_object_that_lacks_it(location: tuple[str | int, ...], expected: list[str]) -> None:
    assert marked(location) == expected


def test_a_long_body_is_cut_around_the_member() -> None:
    body = json.dumps({f"m{number}": number for number in range(100)})
    block = json_excerpt(body, ("m50",))
    assert block is not None
    lines = block.text.split("\n")
    assert (lines[0], lines[-1]) == ("…", "…")
    assert len(lines) < 30
    assert [lines[number].strip() for number in block.marked] == ['"m50": 50,']


@pytest.mark.parametrize("body", ["", "no JSON", "5", '"text"'])
def test_other_bodies_have_no_excerpt(body: str) -> None:
    assert json_excerpt(body, ("id",)) is None


def test_an_empty_body_is_marked() -> None:
    assert json_excerpt("{}", ("id",), "sent:") == CodeBlock("{}", "sent:", "json", folded=False, marked=(0,))
