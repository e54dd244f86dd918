"""Path templates: `/contacts/42` becomes `/contacts/{contactId}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crm_contracts.learn.names import camel, one_of, words
from crm_contracts.learn.sample import Sample
from crm_mocks.credential_names import is_redacted

_IDS: Final = re.compile(
    r"\d+"
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"  # UUID
    r"|[0-9a-fA-F]{16,}"  # ObjectId, hashes
    r"|(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{12,}"  # ULID, Salesforce
    r"|(?=.*\d)[a-z]{2,10}_[A-Za-z0-9]{6,}"  # Stripe: cus_9s6XKzkNRiz8i3
    r"|(?=.*\d)[A-Za-z0-9_-]{20,}"  # base64
    r"|[A-Za-z]{1,8}[-_]\d+"  # L-1001
    r"|[^@/\s]+@[^@/\s]+\.[^@/\s]+"  # e-mail address
    r"|\d{4}-\d\d-\d\d"
)
_VERSION: Final = re.compile(r"v\d+(?:\.\d+)*|\d+\.\d+", re.IGNORECASE)
_BASES: Final = frozenset({"api", "rest", "crm", "services", "version"})
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ID_MEMBERS: Final = frozenset({"id", "_id", "uuid", "guid", "key", "slug", "code"})


Structure = tuple[str | None, ...]
"""Segments of a path; `None` for a parameter."""


@dataclass(frozen=True)
class Template:
    """A path with parameters.

    Attributes:
        path: such as `/contacts/{contactId}`.
        parameters: names and positions of the parameters.
    """

    path: str
    parameters: tuple[tuple[str, int], ...]


class Templates:
    """Finds the templates of paths, from all samples."""

    def __init__(self, samples: Sequence[Sample], *, has_base: bool = True) -> None:
        """Compare the paths.

        Args:
            samples: all samples.
            has_base: leading segments that all paths share may be a base path.
        """
        self._known = frozenset(_identifiers(samples))
        self._names: dict[Structure, str] = {}
        self.base = _base([self._structure(each) for each in samples]) if has_base else ()
        """Leading segments that all paths share, such as `api` and `v2`."""
        for sample in samples:
            self._add_names(sample)

    def of(self, sample: Sample) -> Template:
        """Return the template of a sample's path, without the base."""
        structure = self._structure(sample)
        parameters: list[tuple[str, int]] = []
        segments = []
        for index in range(len(self.base), len(structure)):
            segment = structure[index]
            if segment is None:
                name = self._unique_name(structure[: index + 1], [each for each, _ in parameters])
                parameters.append((name, index))
                segments.append(f"{{{name}}}")
            else:
                segments.append(segment)
        return Template("/" + "/".join(segments), tuple(parameters))

    def _structure(self, sample: Sample) -> Structure:
        return tuple(
            None if name or self._is_id(sample.segments, index) else sample.segments[index]
            for index, name in enumerate(sample.names)
        )

    def _is_id(self, segments: Sequence[str], index: int) -> bool:
        segment = segments[index]
        if index == 0 or segment == "":
            return False
        if is_redacted(segment) or "{" in segment or "}" in segment:
            return True
        before = segments[index - 1].lower()
        if _VERSION.fullmatch(segment) or (before in _BASES and segment.isdecimal()):
            return False
        if _IDS.fullmatch(segment):
            return True
        return segment in self._known and one_of(before) != words(before)  # it stands after a plural

    def _add_names(self, sample: Sample) -> None:
        structure = self._structure(sample)
        for index, name in enumerate(sample.names):
            if name and re.fullmatch(r"[\w.-]+", name):
                self._names.setdefault(structure[: index + 1], name)
        for index, segment in enumerate(sample.segments):
            if structure[index] is None and _DATE.fullmatch(segment):
                self._names.setdefault(structure[: index + 1], "date")

    def _unique_name(self, structure: Structure, taken: list[str]) -> str:
        name = self._names.get(structure)
        if name is None:
            before = next((each for each in reversed(structure) if each), "")
            name = camel([*one_of(before), "id"])
        candidate, number = name, 2
        while candidate in taken:
            candidate, number = f"{name}{number}", number + 1
        return candidate


def is_id(text: str) -> bool:
    """Return whether a text has the form of an id."""
    return _IDS.fullmatch(text) is not None


def _base(structures: Iterable[Structure]) -> tuple[str, ...]:
    """Return the leading segments that all paths share, up to the version or the word for the API."""
    shared: list[str | None] | None = None
    for structure in structures:
        own = list(structure[:-1])
        if shared is None:
            shared = own
        length = next((i for i, pair in enumerate(zip(shared, own, strict=False)) if pair[0] != pair[1]), None)
        shared = shared[: min(len(shared), len(own)) if length is None else length]
    found: list[str] = []
    end = 0
    for index, segment in enumerate(shared or []):
        if segment is None:
            break
        found.append(segment)
        if segment.lower() in _BASES or _VERSION.fullmatch(segment) or segment.isdecimal():
            end = index + 1
    return tuple(found[:end])


def _identifiers(samples: Iterable[Sample]) -> Iterator[str]:
    """Yield texts that responses have as ids."""
    for sample in samples:
        body = sample.response_body
        pending = [body.value] if body is not None and sample.is_accepted else []
        while pending:
            value = pending.pop()
            if isinstance(value, list):
                pending.extend(value)
            elif isinstance(value, dict):
                pending.extend(value.values())
                yield from (each for name in _ID_MEMBERS if isinstance(each := value.get(name), str) and each)
