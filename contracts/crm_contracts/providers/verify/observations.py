"""What is seen of a provider, noted as it happens in a file: exchanges, failures of checks, complaints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

from crm_contracts.judge.exchange import Exchange


@dataclass(frozen=True)
class CheckFailure:
    """A check that failed on an exchange.

    Attributes:
        operation: operationId of the operation that the request was made for.
        rule: the name under which the failure is told.
        message: what was expected, and what came.
        exchange: that shows it.
        location: what of the answer it is about.
        basis: "document", "http" or the id of the position that the check rests on; empty if the rule says it.
    """

    operation: str
    rule: str
    message: str
    exchange: Exchange
    location: tuple[str, ...] = ("status",)
    basis: str = ""


@dataclass(frozen=True)
class Incompleteness:
    """What kept a part from being tried, in a sentence.

    Attributes:
        text: the sentence.
        fails: so much is lacking that nobody can call the provider verified.
    """

    text: str
    fails: bool = True


Observation = Exchange | CheckFailure | Incompleteness


class ObservationLog:
    """Writes observations to a file, each at once: a process that is stopped has noted all that it saw.

    The file holds what was sent, credentials too: it must be readable by its owner only.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Args:
            path: is made if need be, for its owner only.
        """
        path.touch(mode=0o600)
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = Lock()
        self._complaints: set[str] = set()

    def exchange(self, exchange: Exchange) -> None:
        """Note a request and its answer."""
        self._write("exchange", _plain(exchange))

    def failure(self, failure: CheckFailure) -> None:
        """Note a check that failed."""
        told = {name: getattr(failure, name) for name in ("operation", "rule", "message", "location", "basis")}
        self._write("failure", {**told, "exchange": _plain(failure.exchange)})

    def complaint(self, text: str) -> None:
        """Note what kept so much from being tried that the provider is not verified, once."""
        self._complain(text, fails=True)

    def remark(self, text: str) -> None:
        """Note what kept a part from being tried without which the others mean something, once."""
        self._complain(text, fails=False)

    def _complain(self, text: str, *, fails: bool) -> None:
        with self._lock:
            known = text in self._complaints
            self._complaints.add(text)
        if not known:
            self._write("complaint", {"text": text, "fails": fails})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def _write(self, kind: str, value: dict[str, Any]) -> None:
        line = json.dumps([kind, value])
        with self._lock:
            self._file.write(line + "\n")


def read(path: Path) -> Iterator[Observation]:
    """Yield what was noted, in order; a last line that was not written to its end is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                return
            kind, value = json.loads(line)
            if kind == "exchange":
                yield _exchange(value)
            elif kind == "failure":
                told = {"exchange": _exchange(value["exchange"]), "location": tuple(value["location"])}
                yield CheckFailure(**{**value, **told})
            else:
                yield Incompleteness(**value)


_BODIES: Final = ("request_body", "response_body")
_HEADERS: Final = ("request_headers", "response_headers")
_OTHERS: Final = ("method", "url", "status", "at", "milliseconds", "failure")


def _plain(exchange: Exchange) -> dict[str, Any]:
    bodies = {name: getattr(exchange, name).decode("latin-1") for name in _BODIES}
    return {**{name: getattr(exchange, name) for name in (*_HEADERS, *_OTHERS)}, **bodies}


def _exchange(value: dict[str, Any]) -> Exchange:
    bodies = {name: value[name].encode("latin-1") for name in _BODIES}
    headers = {name: tuple(map(tuple, value[name])) for name in _HEADERS}
    return Exchange(**{**value, **bodies, **headers})
