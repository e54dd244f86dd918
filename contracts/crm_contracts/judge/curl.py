"""Format requests as curl commands to read and paste."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from typing import Final

from crm_contracts.judge.finding import Occurrence
from crm_mocks.state.journal_entry import SERVER, JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_LEFT_OUT: Final = frozenset(
    {
        *("host", "content-length", "connection", "accept-encoding", "accept-language", "user-agent"),
        *("transfer-encoding", "traceparent", "tracestate"),
    }
)
"""Headers that curl sends by itself, and headers without significance."""

_MAX_BODY: Final = 2000
"""Maximum length of a body in characters."""

_CONTROL: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}


def occurrence(entry: JournalEntry) -> Occurrence:
    """Return a journal entry as an occurrence of a finding."""
    response = entry.fault or (f"{entry.status} {entry.outcome}".rstrip() if entry.status else "none")
    request = _comment(entry) if entry.chosen_by == SERVER else curl(entry)
    return Occurrence("", entry.id, entry.at, request, response)


def _comment(entry: JournalEntry) -> str:
    """Return method and path of a request that is not HTTP, as a comment: curl would send proper HTTP."""
    return f"# {word(f'{entry.method} {entry.path}')}" if entry.method else ""


def curl(entry: JournalEntry) -> str:
    """Return the request of an entry as a curl command, without credentials; the base URL is a shell variable."""
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
        url: URL, quoted for the shell.
        headers: request headers; those that curl sends by itself are omitted.
        body: request body.
    """
    shown = "" if method == ("POST" if body else "GET") else f"-X {word(method)} "
    parts = [f"{shown}{url}"]
    kept = [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT]
    parts += [f"-H {word(f'{name}: {value}')}" for name, value in kept if (name.lower(), value) != ("accept", "*/*")]
    if body:
        parts.append(f"--data-raw {_body(body)}")
    return "curl " + " \\\n  ".join(parts)


def stub_command(request: str) -> str:
    """Return a curl command that stubs a path that no contract has.

    Args:
        request: method and path.
    """
    method, _, path = request.partition(" ")
    stub = json.dumps({"method": method, "path": path, "status": 200, "body": {}, "times": None}, ensure_ascii=False)
    return f'curl "$CRM_MOCKS_URL"/__admin/responses -d {word(stub)}'


def _body(raw: bytes) -> str:
    text = raw.decode("utf-8", "backslashreplace")
    if len(text) <= _MAX_BODY:
        return word(text)
    return f"{word(text[:_MAX_BODY])}  # truncated, {len(raw)} bytes in total"


def word(text: str) -> str:
    """Quote a string for the shell; control characters are escaped so that terminals do not interpret them."""
    if all(character.isprintable() or character == "\n" for character in text):
        return shlex.quote(text)
    return "$'" + "".join(_CONTROL.get(character) or _printable(character) for character in text) + "'"


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
