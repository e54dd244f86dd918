"""Redaction of decoded bodies: JSON values, and the fields of forms as objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from crm_mocks.contract import Notice
from crm_mocks.credential_names import REDACTED, hidden
from crm_mocks.location import Location
from crm_mocks.redaction.documented import Documented
from crm_mocks.redaction.name_rules import NameRules, Treatment
from crm_mocks.redaction.quoted_credentials import has_credential
from crm_mocks.secret_values import is_credential, looks_secret
from crm_mocks.violations import Violation

CLOSING: Final = frozenset({"additionalProperties", "unevaluatedProperties"})
"""Rules that are broken by members that their location does not name."""

_MIN_QUOTE: Final = 8
"""Length of the shortest text that quotes a credential with its name."""


class Findings(msgspec.Struct, frozen=True):
    """Places in a message that a finding is about.

    Attributes:
        places: the places themselves.
        closed: objects with members that they must not have.
    """

    places: frozenset[Location] = frozenset()
    closed: frozenset[Location] = frozenset()

    @classmethod
    def of(cls, violations: Iterable[Violation], notices: Iterable[Notice] = ()) -> Findings:
        """Return the places that violations and notices are about."""
        of_rules = list(violations)
        places = {each.location for each in of_rules} | {each.location for each in notices}
        return cls(frozenset(places), frozenset(each.location for each in of_rules if each.rule in CLOSING))

    def __contains__(self, place: Location) -> bool:
        """Return whether a finding is about a member that the contract does not document."""
        return place in self.places or place[:-1] in self.closed


NO_FINDINGS: Final = Findings()


class ValueRedaction(msgspec.Struct, frozen=True):
    """Redacts values by what the contract documents.

    Attributes:
        rules: what names say.
        findings: places that a finding is about.
        on_secret: called with each credential that is redacted.
        on_hidden: called with each value that is hidden.
        is_searched: documented values may be credentials.
    """

    rules: NameRules
    findings: Findings = NO_FINDINGS
    on_secret: Callable[[str], None] = msgspec.field(default=lambda _: None)
    on_hidden: Callable[[str], None] = msgspec.field(default=lambda _: None)
    is_searched: bool = True

    def value(self, value: Any, documented: Documented, place: Location = ("body",)) -> Any:
        """Return a value at a documented place without what is not documented in it."""
        if isinstance(value, dict):
            return self._object(value, documented, place)
        if isinstance(value, list):
            entries = documented.inner
            return [self.value(each, entries, (*place, number)) for number, each in enumerate(value)]
        if not documented.has_scalars and not self.rules.is_kept(value):
            return self.suspect(value) if place in self.findings.places else self.unseen(value)
        return self._documented(value)

    def _object(self, value: dict[str, Any], documented: Documented, place: Location) -> dict[str, Any]:
        """Return an object; most members need no more than to be looked up: documented ones with scalar values."""
        shown_name, treatment = self.rules.shown_name, self.rules.treatment
        shown = {}
        for name, inner in value.items():
            known = documented.members.get(name)
            is_simple = known is not None and known.has_scalars and not known.is_secret
            if is_simple and not isinstance(inner, dict | list) and treatment(name) is Treatment.UNKNOWN:
                shown[shown_name(name)] = self._documented(inner)
            else:
                shown[shown_name(name)] = self.member(name, inner, documented, place)
        return shown

    def _documented(self, value: Any) -> Any:
        """Return a documented string, number, boolean or null."""
        return REDACTED if self.is_searched and isinstance(value, str) and self._is_credential(value) else value

    def member(self, name: str, value: Any, documented: Documented, place: Location) -> Any:
        """Return the value of a member as it is shown.

        Args:
            name: of the member.
            value: its value.
            documented: what is documented of the object.
            place: of the object.
        """
        treatment = self.rules.treatment(name)
        known = documented.member(name)
        if treatment is not Treatment.UNKNOWN:
            if treatment is Treatment.SHOWN:
                return value
            if treatment is Treatment.SECRET:
                return self.secret(value)
            if treatment is Treatment.HIDDEN:
                return self.unseen(value)
        below = (*place, name)
        if known is not None and (
            name in documented.members or documented.is_open or self.rules.shown_name(name) == name
        ):
            return self.secret(value) if known.is_secret else self.value(value, known, below)
        return self.suspect(value) if below in self.findings else self.unseen(value)

    def named(self, name: str, text: str, names: Mapping[str, Documented]) -> str:
        """Return the text of an element, an attribute or a word under a name, at whatever depth.

        Args:
            name: the name; empty if there is none.
            text: the text.
            names: what is documented, by name.
        """
        documented = Documented(members={name: names[name].leaf} if name in names else {})
        return str(self.member(name, text, documented, ("",)))

    def secret(self, value: Any) -> Any:
        """Return the value of a credential with strings and numbers redacted at any depth."""
        if isinstance(value, dict):
            return {self.rules.shown_name(name): self.secret(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.secret(inner) for inner in value]
        if self.rules.is_kept(value):
            return value
        self.on_secret(str(value))
        return REDACTED

    def unseen(self, value: Any) -> Any:
        """Return a value that is not documented, with strings and numbers shown by their length."""
        return self._undocumented(value, self._hidden)

    def suspect(self, value: Any) -> Any:
        """Return a value that is not documented and that a finding is about: it is shown unless it looks secret."""
        return self._undocumented(value, self._unless_secret)

    def _undocumented(self, value: Any, shown: Callable[[Any], Any]) -> Any:
        """Return a value that is not documented, with strings and numbers at any depth as a function shows them."""
        if isinstance(value, dict):
            return {
                self.rules.shown_name(name): self._undocumented_member(name, inner, shown)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._undocumented(inner, shown) for inner in value]
        return value if self.rules.is_kept(value) else shown(value)

    def _undocumented_member(self, name: str, value: Any, shown: Callable[[Any], Any]) -> Any:
        treatment = self.rules.treatment(name)
        if treatment is Treatment.SHOWN:
            return value
        if treatment is Treatment.SECRET:
            return self.secret(value)
        return self._undocumented(value, self._hidden if treatment is Treatment.HIDDEN else shown)

    def _hidden(self, value: Any) -> str:
        text = str(value)
        self.on_hidden(text)
        return hidden(len(text))

    def _unless_secret(self, value: Any) -> Any:
        return self._hidden(value) if looks_secret(str(value)) else value

    def _is_credential(self, text: str) -> bool:
        return (is_credential(text) or (len(text) > _MIN_QUOTE and has_credential(text))) and (
            text not in self.rules.published
        )
