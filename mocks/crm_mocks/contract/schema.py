"""OpenAPI 3.0 schemas as compiled jsonschema-rs validators."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from typing import Any, Final, cast

import jsonschema_rs

from crm_mocks.contract.applications import applications
from crm_mocks.contract.directions import directed
from crm_mocks.contract.format_patterns import with_patterns
from crm_mocks.contract.json_schema_2020 import CARRIED, in_draft_2020, with_carried
from crm_mocks.contract.quiet_form import quiet_form
from crm_mocks.contract.schema_validator import Compiled, SchemaValidator
from crm_mocks.contract.shape import BodyShape

_BOUNDS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_LOCAL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?", re.ASCII)
_ZONED: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:[0-5]\d)", re.ASCII | re.IGNORECASE)
_ZONE_OPTIONAL: Final = re.compile(_LOCAL.pattern + r"(Z|[+-]\d\d:[0-5]\d)?", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_FRACTION: Final = re.compile(r"\.\d+")
_LINEAR: Final = jsonschema_rs.RegexOptions()
"""Patterns are matched in linear time, by an engine without look-around and back-references."""

_BACKTRACKING: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000)
"""For the other patterns, which only the code of vendors can have. A value that takes more steps does not match."""


def _date_time(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return the check of whether a string matches the pattern and is a valid date and time."""
    matches = pattern.fullmatch

    def is_date_time(text: str) -> bool:
        return matches(text) is not None and _exists(_FRACTION.sub("", text, count=1) if "." in text else text)

    return is_date_time


@lru_cache(4096)
def _exists(text: str) -> bool:
    """Return whether a date and time without fraction exists; lists of records repeat them."""
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def is_date(text: str) -> bool:
    """Return whether the string is a valid ISO 8601 calendar date."""
    if len(text) != 10 or not text[4] == text[7] == "-":  # also parsed: 20180409, 2018-W15-1
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_uuid(text: str) -> bool:
    """Return whether the string is a UUID in its canonical form of 36 characters."""
    return _UUID.fullmatch(text) is not None


_is_zoned: Final = _date_time(_ZONED)
_is_local: Final = _date_time(_LOCAL)

FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": is_date,
    "date-time": _is_zoned,
    "local-date-time": _is_local,
    "local-date-or-date-time": lambda text: is_date(text) or _is_local(text),
    "date-time-0-7": _date_time(_ZONE_OPTIONAL),
    "date-time-or-empty": lambda text: not text or _is_zoned(text),
    "uuid": is_uuid,
}
"""Custom format checks: jsonschema-rs skips `uuid` in draft 4, and some vendors' dates are not RFC 3339."""

OWN_FORMATS: Final = frozenset({"local-date-time", "local-date-or-date-time", "date-time-0-7", "date-time-or-empty"})
"""Formats that OpenAPI does not define. A `pattern` beside one is for other tools and repeats the format."""

UNCHECKED_PATTERN: Final = "x-unchecked-pattern"
"""Extension of a schema: a pattern that cannot be matched in linear time. Only values that are made keep it."""

FORMAT_DESCRIPTIONS: Final[dict[str, str]] = {
    "date": "a date such as 2018-04-09",
    "date-time": "a date and time with a zone such as 2018-04-09T18:05:00+00:00",
    "local-date-time": "a date and time without a zone such as 2018-04-09T18:05:00",
    "local-date-or-date-time": "a date such as 2018-04-09, or a date and time without a zone",
    "date-time-0-7": "a date and time such as 2018-04-09T18:05:00+00:00",
    "date-time-or-empty": "a date and time with a zone such as 2018-04-09T18:05:00+00:00, or empty",
    "email": "an e-mail address such as ada@example.com",
    "uri": "a URI such as https://example.com/leads",
    "uuid": "a UUID such as 2340b1cc-3fe7-4f81-8eca-f92181dd2bb4",
}
"""Readable descriptions of formats, for messages."""


class Schemas:
    """Compiles the schemas of a contract, each distinct schema once."""

    def __init__(self, name: str, document: Mapping[str, Any], *, not_required: str = "") -> None:
        """Prepare.

        Args:
            name: name of the contract.
            document: the contract in force.
            not_required: mark of members that are never required: `readOnly` in requests, `writeOnly` in responses.
        """
        self._not_required = not_required
        self._uri = f"urn:crm-mocks:{name}"
        self._document = document
        self._is_draft_4 = CARRIED not in document
        self._compiled: dict[str, SchemaValidator] = {}

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return self._registry_of(self._translated)

    @cached_property
    def _fast_registry(self) -> jsonschema_rs.Registry:
        return self._registry_of(lambda schema: with_patterns(self._translated(schema)))

    def _registry_of(self, form: Callable[[Any], Any]) -> jsonschema_rs.Registry:
        """Return the contract's components, each in a form."""
        schemas: Mapping[str, Any] = self._document.get("components", {}).get("schemas", {})
        components = {"schemas": {name: form(schema) for name, schema in schemas.items()}}
        draft = jsonschema_rs.Draft4 if self._is_draft_4 else jsonschema_rs.Draft202012
        return jsonschema_rs.Registry([(self._uri, {"components": components})], draft=draft)

    def compile(self, schema: Mapping[str, Any]) -> SchemaValidator:
        """Return the validator for a schema, which may refer to the contract's components."""
        translated = self._absolute(self._translated(schema))
        key = repr(translated)
        validator = self._compiled.get(key)
        if validator is None:
            compiled = self._made(translated, self._registry)
            validator = self._compiled[key] = SchemaValidator(
                compiled,
                lambda: self._made(with_patterns(translated), self._fast_registry),
                lambda: applications(self._document, schema),
            )
        return validator

    def compile_quiet(self, schema: Any, shape: BodyShape) -> Compiled:
        """Return a validator of the values that match a schema and give no notice.

        Args:
            schema: the schema, which may refer to the contract's components.
            shape: known members of the values.
        """
        return self._made(quiet_form(self._document, schema, shape, self._fast_form), self._fast_registry)

    def _fast_form(self, schema: Any) -> Any:
        return with_patterns(self._absolute(self._translated(schema)))

    def _made(self, schema: dict[str, Any], registry: jsonschema_rs.Registry) -> Compiled:
        of_draft = jsonschema_rs.Draft4Validator if self._is_draft_4 else jsonschema_rs.Draft202012Validator
        make = partial(of_draft, schema, validate_formats=True, formats=FORMATS, registry=registry)
        try:
            made = make(pattern_options=_LINEAR)
        except (jsonschema_rs.ValidationError, ValueError):  # a pattern has look-around, or the schema is wrong
            made = make(pattern_options=_BACKTRACKING)
        return cast("Compiled", made)  # the drafts share methods

    def _translated(self, schema: Any) -> Any:
        translated = translate(self._directed(schema))
        return translated if self._is_draft_4 else in_draft_2020(translated)

    def _directed(self, schema: Any) -> Any:
        return directed(self._document, schema, self._not_required) if self._not_required else schema

    def _absolute(self, node: Any) -> Any:
        if isinstance(node, dict):
            return {
                key: self._uri + value if key == "$ref" and isinstance(value, str) else self._absolute(value)
                for key, value in node.items()
            }
        return [self._absolute(value) for value in node] if isinstance(node, list) else node


def translate(node: Any) -> Any:
    """Convert a schema to JSON Schema draft 4: express `nullable` and integer formats, drop extensions.

    A `pattern` beside a format of `OWN_FORMATS` is for other tools, which do not know the format: the format says more.
    """
    if isinstance(node, list):
        return [translate(value) for value in node]
    if not isinstance(node, dict):
        return node
    result = {
        key: _translate_member(key, value)
        for key, value in node.items()
        if key not in ("example", "discriminator", "xml", "nullable") and not key.startswith("x-")
    }
    _bound_integers(result)
    if isinstance(node.get(CARRIED), dict):
        result = with_carried(result, translate(node[CARRIED]))
    if node.get("format") in OWN_FORMATS:
        result.pop("pattern", None)
    if node.get("nullable") is True:
        return _with_null(result)
    return result


def _translate_member(keyword: str, value: Any) -> Any:
    if keyword in ("enum", "required"):
        return value
    return translate_all(value) if keyword in ("properties", "patternProperties") else translate(value)


def translate_all(schemas: dict[str, Any]) -> dict[str, Any]:
    """Translate each schema of a mapping whose keys are names, not keywords."""
    return {name: translate(schema) for name, schema in schemas.items()}


def _bound_integers(schema: dict[str, Any]) -> None:
    if schema.get("type") == "integer" and schema.get("format") in _BOUNDS:
        low, high = _BOUNDS[schema["format"]]
        schema.setdefault("minimum", low)
        schema.setdefault("maximum", high)


def has_null_alternative(schema: Any) -> bool:
    """Return whether the translation of a schema is `anyOf`: null, or the schema itself."""
    return isinstance(schema, dict) and schema.get("nullable") is True and not _is_simple(schema)


def _is_simple(schema: dict[str, Any]) -> bool:
    return isinstance(schema.get("type"), str) and not {"$ref", "allOf", "oneOf", "anyOf", "not"} & schema.keys()


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    if not _is_simple(schema):
        return {"anyOf": [{"type": "null"}, schema]}
    result = {**schema, "type": [schema["type"], "null"]}
    if "enum" in result and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    return result
