"""Output that the user expects of a client, from `--prints` and `--never-prints`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_mocks.errors import UsageError

_PLACEHOLDER: Final = re.compile(r"\{(body(?:\.[^{}.]+)*)\}")
_LONGEST: Final = 4_096
"""Longest value, in characters, that a client must print: of a longer one, only the end of the output may be kept."""


@dataclass(frozen=True)
class ExpectedOutput:
    """What a client prints when it ends as in the baseline run.

    Attributes:
        text: a regular expression in which `{body.member}` stands for the response's own value.
    """

    text: str

    def pattern(self, response: GeneratedResponse) -> re.Pattern[str] | None:
        """Return the expression with the values of a response; `None` if it lacks one, or they make it invalid."""
        values = {place: _value(response, place) for place in _PLACEHOLDER.findall(self.text)}
        if None in values.values():
            return None
        parts = _PLACEHOLDER.split(self.text)
        escaped = [re.escape(values[part] or "") if number % 2 else part for number, part in enumerate(parts)]
        with suppress(re.error):  # such as a value that makes branches of a look-behind differ in length
            return re.compile("".join(escaped), re.MULTILINE)
        return None


@dataclass(frozen=True)
class OutputCriteria:
    """Pass criteria for a client's output.

    Attributes:
        prints: what it prints when it ends as in the baseline run after a response that the contract allows.
        never_prints: what it must never print.
    """

    prints: tuple[ExpectedOutput, ...] = ()
    never_prints: tuple[re.Pattern[str], ...] = ()


def read_output_criteria(prints: Iterable[str], never_prints: Iterable[str]) -> OutputCriteria:
    """Parse the values of `--prints` and `--never-prints`.

    Raises:
        UsageError: a value is no regular expression.
    """
    prints, never_prints = list(prints), list(never_prints)
    # A placeholder may stand wherever a group may: whether the expression is valid must not depend on its value.
    with_groups = [_PLACEHOLDER.sub("(?:x)", text) for text in prints]
    for option, texts in (("--prints", with_groups), ("--never-prints", never_prints)):
        for text in texts:
            try:
                re.compile(text)
            except re.error as error:
                raise UsageError(f"{option} {text}: is no regular expression: {error}") from None
    return OutputCriteria(
        tuple(map(ExpectedOutput, prints)), tuple(re.compile(each, re.MULTILINE) for each in never_prints)
    )


def _value(response: GeneratedResponse, place: str) -> str | None:
    """Return the text or number at a place of a response's body, as it is written; `None` for anything else."""
    try:
        value: Any = json.loads(response.body, parse_int=str, parse_float=str)
        for step in place.split(".")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (ValueError, LookupError, TypeError):
        return None
    return value if isinstance(value, str) and len(value) <= _LONGEST else None
