"""Requests as curl commands for a POSIX shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import orjson

from crm_mocks.contract.outcome import is_json
from crm_mocks.outside_text import safe

PLACEHOLDER: Final = re.compile(r"\{\{([A-Za-z_]\w*)\}\}", re.ASCII)
"""`{{name}}` in an example of the product's own contracts stands for a value from an earlier response."""

_MAX_LINE: Final = 80
"""Longest JSON body that is written on one line."""


@dataclass(frozen=True)
class RequestCredentials:
    """Credentials of a request.

    Attributes:
        user: `user:password` for HTTP Basic.
        headers: headers that carry a key.
        query: query parameters that carry a key.
    """

    user: str | None = None
    headers: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ExampleRequest:
    """A request built from an example of the contract.

    Attributes:
        path: path with its parameters filled in.
        query: query parameters that the contract requires.
        media_type: media type of the body; empty without a body.
        body: JSON value, or fields of a form.
        is_literal: `{{name}}` is no placeholder, but a text of the example, as in the contract of a user.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    media_type: str
    body: Any
    is_literal: bool = False

    @property
    def placeholders(self) -> set[str]:
        """Names of the placeholders in path and body."""
        text = orjson.dumps([self.path, self.body]).decode()
        return set() if self.is_literal else set(PLACEHOLDER.findall(text))


def curl(base_url: str, request: ExampleRequest, credentials: RequestCredentials) -> str:
    """Return the curl command for a request; its placeholders become shell variables of the same name."""
    return "curl -sS " + " \\\n  ".join(_arguments(base_url, request, credentials))


def _arguments(base_url: str, request: ExampleRequest, credentials: RequestCredentials) -> Iterator[str]:
    word = shlex.quote if request.is_literal else word_with_variables
    query = {**request.query, **(credentials.query or {})}
    url = f"{base_url}{request.path}" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
    method = "" if request.method == ("POST" if request.media_type else "GET") else f"-X {request.method} "
    globbing = "--globoff " if any(character in url for character in "[]{}") else ""
    yield f"{method}{globbing}{word(url)}"
    if credentials.user is not None:
        yield f"-u {word(credentials.user)}"
    for name, value in {**request.headers, **(credentials.headers or {})}.items():
        yield f"-H {word(safe(f'{name}: {value}'))}"
    if request.media_type:
        yield f"-H {word(safe(f'Content-Type: {request.media_type}'))}"
        yield from _body(request, word)


def _body(request: ExampleRequest, word: Callable[[str], str]) -> Iterator[str]:
    if is_json(request.media_type):
        yield f"--data-raw {word(_json(request.body))}"
    elif isinstance(request.body, dict):
        for name, value in request.body.items():
            yield _field(str(name), str(value), word)
    else:
        yield f"--data-raw {word(str(request.body))}"


def _field(name: str, value: str, word: Callable[[str], str]) -> str:
    if not name:  # curl drops the sign before a value without a name
        return f"--data-raw {word(f'={quote(value)}')}"
    return f"--data-urlencode {word(f'{quote(name)}={value}')}"


def _json(value: Any) -> str:
    line = orjson.dumps(value).decode()
    return line if len(line) <= _MAX_LINE else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def word_with_variables(text: str) -> str:
    """Quote a text for the shell; placeholders become variables."""
    pieces = PLACEHOLDER.split(text)  # alternates between text and names
    quoted = [f'"${{{piece}}}"' if odd % 2 else shlex.quote(piece) for odd, piece in enumerate(pieces) if piece]
    return "".join(quoted) or "''"
