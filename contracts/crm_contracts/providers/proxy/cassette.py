"""Writer of cassettes: YAML that vcrpy plays back and `crm-mocks check` reads.

The format is version 1 of vcrpy's (`serialize.py`, `request.py`): a list `interactions`, each with a `request`
(`method`, `uri`, `body`, `headers` as lists by name) and a `response` (`status` with `code` and `message`, `headers`,
`body` with a `string`). A body is a string if it is UTF-8, else bytes.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_mocks.errors import UsageError
from crm_mocks.files.writing import REMOVED, append, create_file, is_removed
from crm_mocks.reason_phrases import reason_phrase

_OMITTED_HEADERS: Final = frozenset({"content-encoding", "transfer-encoding", "content-length", "host"})
"""Headers that no longer hold: bodies are kept decompressed, and the client's Host names the proxy."""

_CODING: Final = "content-encoding"
_HEAD: Final = "version: 1\ninteractions:"
_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Cassette:
    """Writes exchanges to a file immediately, so that it can be read even after a crash. Only its owner may."""

    def __init__(self, path: Path) -> None:
        """Open the file; overwrite an existing one.

        Raises:
            UsageError: the file cannot be written.
        """
        self._path = path
        self._is_empty = True
        self._error = ""
        try:
            self._file = create_file(path)
        except OSError as error:
            raise UsageError(f"cannot write the cassette {path}: {error.strerror}") from None

    def add(self, exchange: Exchange) -> None:
        """Write a redacted exchange; skip it if it has no response."""
        if not exchange.status:
            return
        text = yaml.dump([_interaction(exchange)], Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=1000)
        self._write(f"{_HEAD}\n{text}" if self._is_empty else text)
        self._is_empty = False

    def _write(self, text: str) -> None:
        """Write text; after a failure, write nothing more and let `close` report it."""
        if self._error:
            return
        try:
            append(self._file, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            self._error = error.strerror or str(error)

    def close(self) -> None:
        """Close the file.

        Raises:
            UsageError: something could not be written, or the file is gone.
        """
        if self._is_empty:
            self._write(f"{_HEAD} []\n")
        try:
            if is_removed(self._file.fileno()):
                self._error = self._error or REMOVED
            self._file.close()
        except OSError as error:
            self._error = self._error or error.strerror or str(error)
        if self._error:
            raise UsageError(f"cannot write the cassette {self._path}: {self._error}")

    def __enter__(self) -> Self:
        """Return the cassette; it is closed on exit."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _interaction(exchange: Exchange) -> dict[str, Any]:
    return {
        "request": {
            "method": exchange.method,
            "uri": exchange.url,
            "body": _body(exchange.request_body) if exchange.request_body else None,
            "headers": _headers(
                exchange.request_headers,
                exchange.request_body,
                has_body=Part.REQUEST_BODY not in exchange.missing_parts,
            ),
        },
        "response": {
            "status": {"code": exchange.status, "message": reason_phrase(exchange.status)},
            "headers": _headers(
                exchange.response_headers,
                exchange.response_body,
                has_body=Part.RESPONSE_BODY not in exchange.missing_parts,
            ),
            "body": {"string": _body(exchange.response_body)},
        },
    }


def _headers(headers: Headers, body: bytes, *, has_body: bool) -> dict[str, list[str]]:
    """Return headers by name; a Content-Encoding without body says that the body could not be decompressed."""
    values_by_name: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _OMITTED_HEADERS or (name.lower() == _CODING and not has_body):
            values_by_name.setdefault(name, []).append(value)
    if body:
        values_by_name["Content-Length"] = [str(len(body))]
    return values_by_name


def _body(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
