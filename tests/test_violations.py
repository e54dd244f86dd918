"""The header that lists violations."""

from __future__ import annotations

import orjson
import pytest

from crm_mocks.violations import HEADER_LIMIT, Violation, header_value


def test_the_header_has_prisms_format() -> None:
    value = header_value([Violation(("body", "email"), "required", "member 'email' is required")], "default-1")
    assert orjson.loads(value) == [
        {
            "location": ["request", "body", "email"],
            "severity": "Error",
            "code": "required",
            "message": "member 'email' is required",
        }
    ]


@pytest.mark.parametrize("count", [1, 30, 45, 1000])
def test_the_header_is_truncated_and_counts_the_rest(count: int) -> None:
    violations = [Violation(("body", f"member{n}"), "type", "must be of type string") for n in range(count)]
    value = header_value(violations, "default-7")
    entries = orjson.loads(value)
    assert len(value) <= HEADER_LIMIT
    more = [each for each in entries if each["code"] == "more"]
    if more:
        assert len(entries) - 1 + int(more[0]["message"].split()[0]) == count
        assert "default-7" in more[0]["message"]
    else:
        assert len(entries) == count


def test_a_violation_larger_than_the_header_is_only_in_the_journal() -> None:
    entries = orjson.loads(header_value([Violation(("body", "x" * 5000), "type", "m")], "default-7"))
    assert [each["code"] for each in entries] == ["more"]


def test_the_header_is_ascii() -> None:
    value = header_value([Violation(("body", "größe😀"), "type", "m")], "1")
    assert value.isascii()
    assert orjson.loads(value)[0]["location"][-1] == "größe😀"
