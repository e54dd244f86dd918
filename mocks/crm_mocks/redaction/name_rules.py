"""What the names of headers, parameters and members say about their values."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from typing import Any

import msgspec

from crm_mocks.contract import Contract
from crm_mocks.credential_names import is_credential_header, is_credential_name, is_redacted
from crm_mocks.parsing.bounded_cache import BoundedResults
from crm_mocks.redaction.header_names import ADDRESSES, OWN, RESULT, STANDARD, TRACING
from crm_mocks.secret_values import shown_name


class Treatment(Enum):
    """What becomes of a value."""

    SHOWN = "shown"
    """A setting names it, or it is a header of the mocks."""
    SECRET = "secret"  # noqa: S105  # a treatment
    """It is a credential."""
    HIDDEN = "hidden"
    """It is shown by its length."""
    STANDARD = "standard"
    """It is a header of HTTP: it is shown but for words that are values."""
    CHECKED = "checked"
    """It is shown unless it is certainly a credential."""
    RESULT = "result"
    """It quotes the request."""
    ADDRESS = "address"
    """It is a URL."""
    UNKNOWN = "unknown"
    """Its name says nothing: the contract decides."""


class NameRules(msgspec.Struct, frozen=True, eq=False, dict=True):
    """Names that a contract or a setting treats in a particular way, beside the well-known ones.

    Attributes:
        keys: lower-case names of the contracts' API keys.
        published: credentials that are no secrets, such as the demo credentials of mocks.
        show: lower-case names whose values are shown.
        hide: lower-case names whose values are hidden.
        steering: names of parameters that steer the mocks.
    """

    keys: frozenset[str] = frozenset()
    published: frozenset[str] = frozenset()
    show: frozenset[str] = frozenset()
    hide: frozenset[str] = frozenset()
    steering: frozenset[str] = frozenset()

    @cached_property
    def _treatments(self) -> BoundedResults[Treatment]:
        return BoundedResults(self._treatment)

    @cached_property
    def _shown_names(self) -> BoundedResults[str]:
        return BoundedResults(shown_name)

    def treatment(self, name: str) -> Treatment:
        """Return the treatment of a member or parameter."""
        return self._treatments[name]

    def _treatment(self, name: str) -> Treatment:
        lowered = name.lower()
        if lowered in self.show:
            return Treatment.SHOWN
        if lowered in self.keys or is_credential_name(name):
            return Treatment.SECRET
        if lowered in self.hide:
            return Treatment.HIDDEN
        return Treatment.CHECKED if lowered in self.steering else Treatment.UNKNOWN

    def header_treatment(self, name: str) -> Treatment:
        """Return the treatment of a header."""
        lowered = name.lower()
        for names, treatment in (
            (self.show, Treatment.SHOWN),
            (self.hide, Treatment.HIDDEN),
            (STANDARD, Treatment.STANDARD),
            (OWN, Treatment.SHOWN),
            (RESULT, Treatment.RESULT),
            (TRACING, Treatment.CHECKED),
        ):
            if lowered in names:
                return treatment
        if lowered in self.keys or is_credential_header(name):
            return Treatment.SECRET
        return Treatment.ADDRESS if lowered in ADDRESSES else Treatment.UNKNOWN

    def shown_name(self, name: str) -> str:
        """Return a name as it is shown: by its length if it is no word but a value, such as a token."""
        return self._shown_names[name]

    def is_kept(self, value: Any) -> bool:
        """Return whether a value says nothing about a secret, is published, or stands in place of another."""
        if value is None or isinstance(value, bool):
            return True
        return isinstance(value, str) and (value == "" or value in self.published or is_redacted(value))


def api_keys(contracts: Iterable[Contract]) -> frozenset[str]:
    """Return the lower-case names of the API keys of contracts."""
    return frozenset(
        str(scheme["name"]).lower()
        for contract in contracts
        for scheme in contract.security_schemes.values()
        if scheme.get("type") == "apiKey"
    )
