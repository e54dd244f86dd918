"""Search for a value of a schema, and show where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any, Final

from crm_mocks.generic.search.acceptance import acceptance
from crm_mocks.generic.search.arrays import arrays
from crm_mocks.generic.search.conjunctions import Conjunction, Conjunctions, GivenUpError, Within
from crm_mocks.generic.search.numbers import numbers
from crm_mocks.generic.search.objects import objects
from crm_mocks.generic.search.texts import texts

_MAX_CANDIDATES: Final = 100
_ORDER: Final = ("object", "array", "string", "number", "integer", "boolean", "null")
"""Types in the order in which values are looked for."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search has found.

    Attributes:
        value: the value; `None` without one.
        is_value: a value was found.
        is_unsatisfiable: it has been shown that no value matches.
    """

    value: Any = None
    is_value: bool = False
    is_unsatisfiable: bool = False


class ValueSearch:
    """Searches values of the schemas of one contract.

    Attributes:
        conjunctions: lists the ways to match schemas.
        repetitions: how often a value may contain one of the same schemas.
        has_repetition: values were left out because they contain more.
    """

    def __init__(self, document: Mapping[str, Any], random: Random) -> None:
        """Prepare.

        Args:
            document: the contract.
            random: source of all choices.
        """
        self.conjunctions = Conjunctions(document)
        self._random = random
        self.repetitions = 0
        self.has_repetition = False
        self._firsts: dict[str, Any] = {}

    def find(self, schema: Any, is_valid: Callable[[Any], bool] = lambda _: True) -> SearchResult:
        """Search for a value.

        Args:
            schema: schema object or reference, in the product's form.
            is_valid: checks what the search does not, such as `unevaluatedProperties`.
        """
        tried = 0
        self.conjunctions.start()
        self.has_repetition, self.repetitions = False, 0
        try:
            standard = self.conjunctions.standard(schema)
            for value in islice(self.values((standard,), ()), _MAX_CANDIDATES):
                tried += 1
                if is_valid(value):
                    return SearchResult(value, is_value=True)
        except (GivenUpError, RecursionError):
            return SearchResult()
        return SearchResult(is_unsatisfiable=not tried and self.conjunctions.is_complete)

    def values(self, schemas: tuple[Any, ...], within: Within) -> Iterator[Any]:
        """Yield values that match all of some schemas of JSON Schema 2020-12.

        Args:
            schemas: the schemas.
            within: the schemas of the values that these are part of. A value need not contain one of its own schemas:
                the inner value would do in its place.
        """
        key = repr(schemas)
        if within.count(key) > self.repetitions:
            self.has_repetition = True
            return
        for wanted in self.conjunctions.of(*schemas):
            yield from self.matching(wanted, (*within, key))

    def first(self, schemas: tuple[Any, ...], within: Within) -> list[Any]:
        """Return the first value that matches all of some schemas, alone in a list; an empty list if there is none."""
        key = repr(schemas)
        if key not in self._firsts:
            found = list(islice(self.values(schemas, within), 1))
            if not found:  # elsewhere there may be one
                return found
            self._firsts[key] = found[0]
        return [self._firsts[key]]

    def firsts(self, schemas: Iterable[tuple[Any, ...]], within: Within) -> list[Any] | None:
        """Return the first value for each of some lists of schemas; `None` if there is none for one of them."""
        found: list[Any] = []
        for each in schemas:
            first = self.first(each, within)
            if not first:
                return None
            found += first
        return found

    def matching(self, wanted: Conjunction, within: Within) -> Iterator[Any]:
        """Yield values that match plain schemas.

        Args:
            wanted: what they must match.
            within: see `values`.
        """
        enumerated = [values for part in wanted.parts for values in _enumerated(part)]
        if enumerated:
            accepts = acceptance(wanted, self.conjunctions)
            yield from (each for each in enumerated[0] if accepts(each))
            return
        for kind in _ORDER:
            if kind in wanted.types and not (kind == "integer" and "number" in wanted.types):
                yield from self._of_type(kind, wanted, within)

    def _of_type(self, kind: str, wanted: Conjunction, within: Within) -> Iterator[Any]:
        if kind == "object":
            yield from self._accepted(objects(self, wanted, within), wanted)
        elif kind == "array":
            yield from self._accepted(arrays(self, wanted, within), wanted)
        elif kind == "string":
            yield from self._strings(wanted)
        elif kind in ("number", "integer"):
            found, are_all = numbers(wanted)
            yield from self._checked(found, "number", wanted)
            self.conjunctions.is_complete &= are_all
        else:
            yield from self._checked([False, True] if kind == "boolean" else [None], kind, wanted)

    def _accepted(self, values: Iterator[Any], wanted: Conjunction) -> Iterator[Any]:
        """Yield the objects or arrays that are not excluded."""
        if not wanted.excluded:
            yield from values
            return
        accepts = acceptance(Conjunction(excluded=wanted.excluded), self.conjunctions)
        yield from (each for each in islice(values, _MAX_CANDIDATES) if accepts(each))
        self.conjunctions.is_complete = False

    def _strings(self, wanted: Conjunction) -> Iterator[str]:
        if wanted.most("minLength", 0) > wanted.least("maxLength", wanted.most("minLength", 0)):
            return
        yield from self._checked(texts(wanted, self._random), "string", wanted)
        self.conjunctions.is_complete = False

    def _checked(self, values: Any, kind: str, wanted: Conjunction) -> Iterator[Any]:
        accepts = acceptance(wanted, self.conjunctions, kind)
        for value in values:
            self.conjunctions.step()
            if accepts(value):
                yield value


def _enumerated(part: Mapping[str, Any]) -> Iterator[list[Any]]:
    if "enum" in part:
        yield part["enum"]
    if "const" in part:
        yield [part["const"]]
