"""No line of output is a command to a build server, whatever text from outside it has."""

from __future__ import annotations

import re

import pytest

from crm_contracts.judge.finding import Finding, Occurrence, Side
from crm_contracts.pytest_plugin.verdict.failure_message import failure_message
from crm_mocks.cli.streams import complain
from crm_mocks.outside_text import one_line

EVIL = "a\n::error::b\n  ::warning::c\r::notice::d\u2028::debug::e\n##vso[task.complete]f\n##teamcity[g]\x1b[2J\u202e"
COMMAND = re.compile(r"^\s*::|##(vso|teamcity)?\[", re.MULTILINE)


def commands(text: str) -> list[str]:
    assert [char for char in text if not (char.isprintable() or char in "\n\u200b")] == []
    return [found[0] for found in COMMAND.finditer(text)]


def test_a_message_is_one_line_without_commands(capsys: pytest.CaptureFixture[str]) -> None:
    complain(EVIL)
    complain(f"::error::{EVIL}")
    printed = capsys.readouterr().err
    assert (printed.count("\n"), commands(printed)) == (2, [])


def test_one_line_may_begin_with_outside_text() -> None:
    assert commands(one_line(f"::error::{EVIL}")) == []


def test_the_failure_of_a_test_has_no_commands() -> None:
    finding = Finding(
        side=Side.CLIENT,
        vendor="toy",
        operation="toy.createLead",
        rule="type",
        location=("body", EVIL),
        message=EVIL,
        occurrences=(Occurrence(id="1", at="", request=f"curl http://x -d '{EVIL}'", response=EVIL),),
    )
    printed = failure_message([finding], EVIL)
    assert "curl" in printed
    assert commands(printed) == []
