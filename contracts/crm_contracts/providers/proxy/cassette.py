"""A cassette: exchanges in the YAML that vcrpy plays back, and `crm-mocks check` reads.

The form is that of vcrpy's `serialize.py` and `request.py`, version 1: a list `interactions`, each with a `request`
(`method`, `uri`, `body`, `headers` as lists by name) and a `response` (`status` with `code` and `message`, `headers`,
`body` with a `string`). A body is a text where it is UTF-8, else bytes.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import yaml

from crm_contracts.judge.exchange import Exchange, Headers
from crm_mocks.errors import UsageError

_LEFT_OUT: Final = frozenset({"content-encoding", "transfer-encoding", "content-length", "host"})
"""Fields of the way that a body came, which are no more true of one that is kept without its compression; and the name
by which the client knows the proxy."""

_HEAD: Final = "version: 1\ninteractions:"
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Cassette:
    """Writes exchanges to a file as they come: whatever ends the process, those until then can be read."""

    def __init__(self, path: Path) -> None:
        """Begin the file; one that is there is written anew.

        Raises:
            UsageError: it cannot be written.
        """
        self._path = path
        self._is_empty = True
        self._fault = ""
        try:
            self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"cannot write the cassette {path}: {error.strerror}") from None

    def add(self, exchange: Exchange) -> None:
        """Write an exchange, which has no credentials any more; one without an answer is left out."""
        if not exchange.status:
            return
        text = yaml.dump([_interaction(exchange)], Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=1000)
        self._write(f"{_HEAD}\n{text}" if self._is_empty else text)
        self._is_empty = False

    def _write(self, text: str) -> None:
        """Write a text; once that fails, nothing more is written, and `close` says why."""
        if self._fault:
            return
        try:
            self._file.write(text)
            self._file.flush()
        except OSError as error:
            self._fault = error.strerror or str(error)

    def close(self) -> None:
        """End the file.

        Raises:
            UsageError: something could not be written.
        """
        if self._is_empty:
            self._write(f"{_HEAD} []\n")
        try:
            self._file.close()
        except OSError as error:
            self._fault = self._fault or error.strerror or str(error)
        if self._fault:
            raise UsageError(f"cannot write the cassette {self._path}: {self._fault}")

    def __enter__(self) -> Self:
        """Return the cassette, which is closed at the end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _interaction(exchange: Exchange) -> dict[str, Any]:
    return {
        "request": {
            "method": exchange.method,
            "uri": exchange.url,
            "body": _body(exchange.request_body) if exchange.request_body else None,
            "headers": _headers(exchange.request_headers, exchange.request_body),
        },
        "response": {
            "status": {"code": exchange.status, "message": _phrase(exchange.status)},
            "headers": _headers(exchange.response_headers, exchange.response_body),
            "body": {"string": _body(exchange.response_body)},
        },
    }


def _headers(headers: Headers, body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _LEFT_OUT:
            found.setdefault(name, []).append(value)
    if body:
        found["Content-Length"] = [str(len(body))]
    return found


def _body(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
