"""A request as a curl command that people can read and paste."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Final

from crm_contracts.judge.finding import Occurrence
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_LEFT_OUT: Final = frozenset(
    {
        *("host", "content-length", "connection", "accept-encoding", "accept-language", "user-agent"),
        *("transfer-encoding", "traceparent", "tracestate"),
    }
)
"""Headers that curl sends by itself, or that say nothing."""

_MAX_BODY: Final = 2000
"""Characters of a body that are shown."""

_CONTROL: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}


def occurrence(entry: JournalEntry) -> Occurrence:
    """Return a journalled exchange as findings show it."""
    response = entry.fault or f"{entry.status} {entry.outcome}".rstrip()
    return Occurrence("", entry.id, entry.at, curl(entry), response)


def curl(entry: JournalEntry) -> str:
    """Return a request as a curl command, without its credentials; the URL of the mocks is a shell variable."""
    entry.redact()
    target = entry.path + (f"?{entry.query}" if entry.query else "")
    headers = [(name, value) for name, value in entry.request_headers if name.lower() != "x-mock-session"]
    if entry.session != DEFAULT_SESSION:
        headers.append(("X-Mock-Session", entry.session))
    return command(entry.method, f'"$CRM_MOCKS_URL"{word(target)}', headers, entry.request_body)


def command(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Return a curl command.

    Args:
        method: upper-case.
        url: as a word of the shell.
        headers: those that curl sends by itself are left out.
        body: of the request.
    """
    shown = "" if method == ("POST" if body else "GET") else f"-X {word(method)} "
    parts = [f"{shown}{url}"]
    kept = [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT]
    parts += [f"-H {word(f'{name}: {value}')}" for name, value in kept if (name.lower(), value) != ("accept", "*/*")]
    if body:
        parts.append(f"--data-raw {_body(body)}")
    return "curl " + " \\\n  ".join(parts)


def _body(raw: bytes) -> str:
    text = raw.decode("utf-8", "backslashreplace")
    if len(text) <= _MAX_BODY:
        return word(text)
    return f"{word(text[:_MAX_BODY])}  # cut: {len(raw)} bytes in all"


def word(text: str) -> str:
    """Quote a text for the shell, control characters so that no terminal obeys them."""
    if all(each.isprintable() or each == "\n" for each in text):
        return shlex.quote(text)
    return "$'" + "".join(_CONTROL.get(each) or _printable(each) for each in text) + "'"


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
