"""Redaction of paths and URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from crm_mocks.contract import Contract
from crm_mocks.credential_names import REDACTED, hidden, is_redacted
from crm_mocks.redaction.json_values import ValueRedaction
from crm_mocks.redaction.name_rules import NameRules, Treatment
from crm_mocks.redaction.operation_parts import OperationParts
from crm_mocks.redaction.texts import TextRedaction
from crm_mocks.secret_values import is_credential, looks_random

_WORDS: Final = frozenset({"", "oauth1", "oauth2", ".well-known"})
"""Segments that look random and are not, beside those of the contracts."""


class AddressRedaction:
    """Redacts paths, segment by segment, and the URLs that hold them."""

    def __init__(self, contracts: Iterable[Contract], rules: NameRules) -> None:
        """Redact by what contracts document.

        Args:
            contracts: contracts of all vendors.
            rules: what names say.
        """
        self._contracts = list(contracts)
        self._rules = rules

    @cached_property
    def _known(self) -> frozenset[str]:
        """Lower-case segments of the contracts' paths."""
        paths = (each.path for contract in self._contracts for each in contract.operations.values())
        return _WORDS | {segment.lower() for path in paths for segment in path.split("/") if "{" not in segment}

    def path(self, path: str, parts: OperationParts, on_hidden: Callable[[str], None] = lambda _: None) -> str:
        """Return a path without what is secret in it.

        Args:
            path: with or without percent-encoding.
            parts: the operation that it matches, if any.
            on_hidden: called with each part that is not shown.
        """
        if parts.is_plain_path(path):
            return path
        segments = path.split("/")
        start = len(segments) - len(parts.template)
        shown = []
        before = ""
        for number, segment in enumerate(segments):
            is_secret = parts.is_secret_segment(number - start) if parts.template and number >= start >= 0 else None
            shown.append(self._segment(segment, before, is_secret=is_secret))
            if shown[-1] != segment:
                on_hidden(unquote(segment))
            before = segment
        return "/".join(shown)

    def _segment(self, segment: str, before: str, *, is_secret: bool | None) -> str:
        """Return a segment as it is shown.

        Args:
            segment: as sent.
            before: the segment before it, which may name it.
            is_secret: whether it is a parameter that holds a credential; `None` if it is none of the contract.
        """
        if segment.lower() in self._known or is_redacted(segment):
            return segment
        if is_secret:
            return REDACTED
        base, *matrix = segment.split(";")
        shown = base
        if is_secret is False:
            shown = hidden(len(base)) if is_credential(unquote(base)) else base
        elif base and self._rules.treatment(before) is Treatment.SECRET:
            shown = REDACTED
        elif base.lower() not in self._known and looks_random(unquote(base)) and base not in self._rules.published:
            shown = hidden(len(base))
        return ";".join([shown, *map(self._matrix_parameter, matrix)])

    def _matrix_parameter(self, text: str) -> str:
        name, equals, value = text.partition("=")
        plain = unquote(name)
        if not equals:
            return hidden(len(name)) if looks_random(plain) else name
        label = name if self._rules.shown_name(plain) == plain else self._rules.shown_name(plain)
        treatment = self._rules.treatment(plain)
        if treatment is Treatment.SHOWN or self._rules.is_kept(value) or is_redacted(value):
            return f"{label}={value}"
        return f"{label}={REDACTED if treatment is Treatment.SECRET else hidden(len(value))}"

    def url(self, url: str, parts: OperationParts, on_hidden: Callable[[str], None] = lambda _: None) -> str:
        """Return a URL without user, fragment and what is secret in path and query.

        Args:
            url: URL or path.
            parts: the operation that it matches, if any.
            on_hidden: called with each segment that is not shown.
        """
        try:
            split = urlsplit(url)
            host = split.netloc.rpartition("@")[2]
        except ValueError:
            return REDACTED  # not a URL: any part of it may be secret
        query = TextRedaction(ValueRedaction(self._rules)).form(split.query, parts.query) if split.query else ""
        return urlunsplit((split.scheme, host, self.path(split.path, parts, on_hidden), query, ""))
