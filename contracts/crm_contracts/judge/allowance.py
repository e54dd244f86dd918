"""Entries of the allow-list: their types, syntax and matching."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from crm_contracts.judge.finding import Finding, ResponseCount
from crm_contracts.judge.verdict_entries import FaultyRequests
from crm_mocks.errors import UsageError
from crm_mocks.parsing.wildcards import variable_parts

ANY: Final = "*"
POSITION: Final = "position"
_NAME: Final = re.compile(r"(?P<owner>\*|[\w-]+(?:\.[\w-]+)?):(?P<what>\*|[\w-]+)", re.ASCII)
_REQUEST: Final = re.compile(r"(?P<method>\*|[^\s:/]+) (?P<path>[/*].*)", re.DOTALL)
_HOST: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/]*/?")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FORM: Final = (
    "<vendor>.<operation>:<status, outcome, rule or *>, with * also for all vendors, position:<id>, "
    "or '<METHOD> <path>' of a request that no operation matches"
)


class AllowedByName(msgspec.Struct, frozen=True):
    """Allows findings by response or rule.

    Attributes:
        owner: `<vendor>.<operationId>`; a vendor, for its unmatched requests; or `*`.
        what: name or status of the response's outcome, name of the rule, or `*`.
    """

    owner: str
    what: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.owner}:{self.what}"

    def covers_response(self, of: Finding | FaultyRequests, response: ResponseCount) -> bool:
        """Return whether everything with this response is allowed."""
        is_owner = self.owner in (ANY, of.operation or of.vendor)
        return is_owner and self.what in (ANY, response.outcome or None, str(response.status))

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding is allowed regardless of the response."""
        return self.owner in (ANY, finding.owner) and kebab(self.what) == kebab(finding.rule)


class AllowedRequest(msgspec.Struct, frozen=True):
    """Allows unmatched requests.

    Attributes:
        method: as sent, or `*`.
        path: without host and the session's prefix; `*` matches any characters.
    """

    method: str
    path: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{self.method} {self.path}"

    def covers_response(self, of: Finding | FaultyRequests, _: ResponseCount) -> bool:
        """Return whether the requests are allowed."""
        method, _space, url = of.request.partition(" ")
        return bool(of.request) and self.method in (ANY, method) and matches(self.path, path_of(url))

    def covers(self, _: Finding) -> bool:
        """Return false: only requests are allowed."""
        return False


class AllowedPosition(msgspec.Struct, frozen=True):
    """Allows findings that rest on a position.

    Attributes:
        position: id of the position, or `*`.
    """

    position: str

    @property
    def name(self) -> str:
        """As the user wrote it."""
        return f"{POSITION}:{self.position}"

    def covers_response(self, _of: Finding | FaultyRequests, _: ResponseCount) -> bool:
        """Return false: only findings are allowed."""
        return False

    def covers(self, finding: Finding) -> bool:
        """Return whether the finding is allowed."""
        return bool(finding.basis.position) and self.position in (ANY, finding.basis.position)


Allowance = AllowedByName | AllowedRequest | AllowedPosition


def parse(name: str) -> Allowance:
    """Parse one entry of the allow-list.

    Raises:
        UsageError: the entry is malformed.
    """
    match = _NAME.fullmatch(name)
    if match is not None:
        is_position = match["owner"] == POSITION
        return AllowedPosition(match["what"]) if is_position else AllowedByName(match["owner"], match["what"])
    request = _REQUEST.fullmatch(name)
    if request is None:
        raise UsageError(f"'{name}' allows nothing: expected {_FORM}")
    return AllowedRequest(request["method"], request["path"])


def matches(pattern: str, text: str) -> bool:
    """Return whether a string matches a pattern in which `*` matches any characters, in linear time.

    Example:
        >>> matches("/toy/*/notes", "/toy/5/notes")
        True
    """
    return variable_parts(pattern.split(ANY), text) is not None


def path_of(url: str) -> str:
    """Return the path of a URL as in a request of a recording; a path, as in one of the mocks, is returned unchanged.

    Example:
        >>> path_of("https://crm.example/v1/nope")
        '/v1/nope'
    """
    return url if url.startswith("/") else "/" + _HOST.sub("", url)


def kebab(rule: str) -> str:
    """Return the name of a rule in kebab-case: `retryAfter` and `retry-after` are the same."""
    return _CAMEL.sub("-", rule).lower()
