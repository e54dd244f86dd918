"""A log file of observations of a provider: exchanges, failed checks, coverage gaps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

from crm_contracts.judge.exchange import Exchange

SCENARIO: Final = ("scenario",)
"""Location of a failed scenario."""


@dataclass(frozen=True)
class CheckFailure:
    """A check that failed on an exchange.

    Attributes:
        operation: operationId.
        rule: name of the violated rule.
        message: what was expected and what was received.
        exchange: that shows the failure.
        location: part of the response that the failure is about.
        basis: "document", "http" or the id of the position that the check rests on; empty if it follows from the rule.
    """

    operation: str
    rule: str
    message: str
    exchange: Exchange
    location: tuple[str, ...] = ("status",)
    basis: str = ""


@dataclass(frozen=True)
class CoverageGap:
    """Something that could not be tested.

    Attributes:
        text: what was not tested and why, in a sentence.
        fails: whether the gap fails the verdict.
    """

    text: str
    fails: bool = True


Observation = Exchange | CheckFailure | CoverageGap


class ObservationLog:
    """A log file to which observations are written immediately, so that none is lost if the process is stopped.

    The file contains credentials and is readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        """Open the file for appending.

        Args:
            path: of the file; created if it is missing.
        """
        path.touch(mode=0o600)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = Lock()
        self._gaps: set[str] = set()

    def exchange(self, exchange: Exchange) -> None:
        """Log an exchange."""
        self._write("exchange", _encode(exchange))

    def failure(self, failure: CheckFailure) -> None:
        """Log a failed check."""
        members = {name: getattr(failure, name) for name in ("operation", "rule", "message", "location", "basis")}
        self._write("failure", {**members, "exchange": _encode(failure.exchange)})

    def complaint(self, text: str) -> None:
        """Log a coverage gap that fails the verdict, unless it is logged already."""
        self._gap(text, fails=True)

    def remark(self, text: str) -> None:
        """Log a coverage gap that does not fail the verdict, unless it is logged already."""
        self._gap(text, fails=False)

    def _gap(self, text: str, *, fails: bool) -> None:
        with self._lock:
            is_logged = text in self._gaps
            self._gaps.add(text)
        if not is_logged:
            self._write("gap", {"text": text, "fails": fails})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def _write(self, kind: str, value: dict[str, Any]) -> None:
        line = json.dumps([kind, value])
        with self._lock:
            self._file.write(line + "\n")


def read(path: Path) -> Iterator[Observation]:
    """Yield the logged observations in order, without an incomplete last line."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                return
            kind, value = json.loads(line)
            if kind == "exchange":
                yield _decode(value)
            elif kind == "failure":
                decoded = {"exchange": _decode(value["exchange"]), "location": tuple(value["location"])}
                yield CheckFailure(**{**value, **decoded})
            else:
                yield CoverageGap(**value)


_BODIES: Final = ("request_body", "response_body")
_HEADERS: Final = ("request_headers", "response_headers")
_OTHERS: Final = ("method", "url", "status", "at", "milliseconds", "failure")


def _encode(exchange: Exchange) -> dict[str, Any]:
    bodies = {name: getattr(exchange, name).decode("latin-1") for name in _BODIES}
    return {**{name: getattr(exchange, name) for name in (*_HEADERS, *_OTHERS)}, **bodies}


def _decode(value: dict[str, Any]) -> Exchange:
    bodies = {name: value[name].encode("latin-1") for name in _BODIES}
    headers = {name: tuple(map(tuple, value[name])) for name in _HEADERS}
    return Exchange(**{**value, **bodies, **headers})
