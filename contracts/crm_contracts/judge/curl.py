"""Format requests as curl commands that reproduce them when pasted into a shell."""

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

_MAX_BODY: Final = 16_000
"""Maximum length of a body in bytes."""

_FILE: Final = "request-body"
_CONTROL: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'"}
_PLAIN_BYTES: Final = frozenset(range(0x20, 0x7F)) - frozenset(b"\\%'")
"""Bytes that stand for themselves in the format of printf, between single quotes."""


def occurrence(entry: JournalEntry) -> Occurrence:
    """Return a journal entry as an occurrence of a finding."""
    response = entry.fault or (f"{entry.status} {entry.outcome}".rstrip() if entry.status else "none")
    request = comment(entry.method, entry.path) if entry.chosen_by == SERVER else curl(entry)
    return Occurrence("", entry.id, entry.at, request, response)


def comment(method: str, path: str) -> str:
    """Return method and path of a request that is not HTTP, as a comment: curl would send proper HTTP."""
    return f"# {word(f'{method} {path}')}" if method else ""


def curl(entry: JournalEntry) -> str:
    """Return the request of an entry as a curl command; the base URL is a shell variable."""
    target = entry.path + (f"?{entry.query}" if entry.query else "")
    headers = [(name, value) for name, value in entry.request_headers if name.lower() != "x-mock-session"]
    if entry.session != DEFAULT_SESSION:
        headers.append(("X-Mock-Session", entry.session))
    return command(entry.method, f'"$CRM_MOCKS_URL"{word(target)}', headers, entry.request_body)


def command(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Return a curl command. A body that a shell cannot pass as an argument is written to a file by a line before it.

    Args:
        method: upper-case.
        url: URL, quoted for the shell.
        headers: request headers; those that curl sends by itself are omitted.
        body: request body.
    """
    kept = [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT]
    parts = [f"{_options(method, url, has_body=bool(body))}{url}"]
    parts += [f"-H {_header(name, value)}" for name, value in kept if (name.lower(), value) != ("accept", "*/*")]
    if body and not any(name.lower() == "content-type" for name, _ in kept):
        parts.append("-H 'Content-Type:'")  # otherwise curl sends the media type of forms
    before = ""
    if body and _is_argument(body):
        parts.append(f"--data-raw {_argument(body)}")
    elif body:
        before = _written(body)
        parts.append(f"--data-binary @{_FILE}")
    return before + "curl " + " \\\n  ".join(parts)


def stub_command(request: str) -> str:
    """Return a curl command that stubs a path that no contract has.

    Args:
        request: method and path.
    """
    method, _, path = request.partition(" ")
    stub = json.dumps({"method": method, "path": path, "status": 200, "body": {}, "times": None}, ensure_ascii=False)
    return f'curl "$CRM_MOCKS_URL"/__admin/responses -d {word(stub)}'


def queue_command(operation: str, outcome: str) -> str:
    """Return a curl command that gives an outcome to the next request of an operation."""
    body = json.dumps({"operation": operation, "example": outcome}, ensure_ascii=False)
    return f'curl "$CRM_MOCKS_URL"/__admin/responses -d {word(body)}'


def _options(method: str, url: str, *, has_body: bool) -> str:
    """Return the options that precede the URL, followed by a space."""
    options = []
    if method == "HEAD":
        options.append("--head")  # with -X HEAD, curl would wait for a body
    elif method != ("POST" if has_body else "GET"):
        options.append(f"-X {word(method)}")
    if any(character in url for character in "[]{}"):
        options.append("--globoff")
    if "/." in url:
        options.append("--path-as-is")
    return "".join(f"{option} " for option in options)


def _header(name: str, value: str) -> str:
    """Return a header as curl takes it: one without value ends in a semicolon, a value has the bytes that were sent."""
    if not value.strip():
        return word(f"{name};")
    text = f"{name}: {value}"
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:  # a recorder has decoded it as UTF-8
        return word(text)
    if raw.isascii():
        return word(text)
    return "$'" + "".join(f"\\x{byte:02x}" if byte > 0x7E else _escaped(chr(byte)) for byte in raw) + "'"


def _is_argument(body: bytes) -> bool:
    """Return whether a body can be an argument: arguments have no NUL, and reports are UTF-8."""
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _argument(body: bytes) -> str:
    if len(body) <= _MAX_BODY:
        return word(body.decode())
    return f"{word(body[:_MAX_BODY].decode('utf-8', 'ignore'))}  # truncated, {len(body)} bytes in total"


def _written(body: bytes) -> str:
    """Return the line that writes a body to a file."""
    octal = "".join(chr(byte) if byte in _PLAIN_BYTES else _printf_escape(byte) for byte in body[:_MAX_BODY])
    remark = f"  # truncated, {len(body)} bytes in total" if len(body) > _MAX_BODY else ""
    return f"printf '{octal}' >{_FILE}{remark}\n"


def _printf_escape(byte: int) -> str:
    return "%%" if byte == ord("%") else f"\\{byte:03o}"


def word(text: str) -> str:
    """Quote a string for the shell; control characters are escaped so that terminals do not interpret them."""
    if all(character.isprintable() or character == "\n" for character in text):
        return shlex.quote(text)
    return "$'" + "".join(map(_escaped, text)) + "'"


def _escaped(character: str) -> str:
    if character in _CONTROL:
        return _CONTROL[character]
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
