"""The value that came, as it is shown beside a violation."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.sent_value import SENT_LENGTH, sent_value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("gas", '"gas"'),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("Zoë\n", '"Zoë\\n"'),
        ("\ud800", '"\\ud800"'),
        ([1, {"a": []}], '[1, {"a": []}]'),
        (2**400, "(a number of 401 bits)"),
    ],
)
def test_a_value_is_shown_as_json(value: Any, shown: str) -> None:
    assert sent_value(value, ("body", "fuel")) == shown


@pytest.mark.parametrize("value", ["x" * 10**6, ["x"] * 10**6, {"x": "y" * 10**6}], ids=["text", "array", "object"])
def test_a_long_value_is_cut(value: Any) -> None:
    shown = sent_value(value, ("body",))
    assert len(shown) == SENT_LENGTH
    assert shown.endswith("…")


def test_deep_nesting_is_cut() -> None:
    value: Any = []
    for _ in range(100_000):
        value = [value]
    assert sent_value(value, ("body",)) == "[" * (SENT_LENGTH - 1) + "…"


@pytest.mark.parametrize(
    "location",
    [
        ("body", "token"),
        ("body", 0, "client_secret"),
        ("body", "passwords", 0),
        ("header", "x-api-key"),
        ("header", "authentication"),
        ("security",),
    ],
)
def test_a_credential_is_redacted(location: tuple[str | int, ...]) -> None:
    assert sent_value("s3cret", location) == "***"


def test_a_credential_within_a_value_is_redacted() -> None:
    assert (
        sent_value([{"password": {"is": "s3cret"}, "name": "Ada"}], ("body",)) == '[{"password": "***", "name": "Ada"}]'
    )
