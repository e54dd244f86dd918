"""Extract the facts of Activix' documents.

Each attribute gives one fact for its type, its format, its description and each possible value, and each member of the
body example one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.facts.extraction import entry, require
from tools.facts.listing import Entry

PUSH: Final = "activix-push-lead.md"
LEAD: Final = "activix-lead-object.md"
LINKED: Final = "activix-linked-objects.md"
"""A text with a table for each linked object, below a title of its name."""
DOCUMENTS: Final = (PUSH, LEAD, LINKED)
EXTRACTED: Final = ("attribute-", "example-")

_TESTS: Final = "tests/vendors/activix/test_documented.py::test_"
_ROW: Final = re.compile(r"^\| `?(?P<name>\w+)`? \| (?P<type>\w+) \| (?P<text>.*?) ?\|$", re.MULTILINE)
_MEMBER: Final = re.compile(r'^ {4}"(?P<name>\w+)": (?P<value>.*?),?$', re.MULTILINE)
_FORMATS: Final = {
    "ISO datetime]": ("an ISO date-time", ("allOf", "0"), "values_of_other_types_are_refused"),
    "ISO 8601 date-time": ("an ISO date-time", ("allOf", "0"), "values_of_other_types_are_refused"),
    "ISO date]": ("an ISO date without time", ("format",), "values_of_other_types_are_refused"),
    "ISO/IEC_5218": (
        "a single-digit ISO/IEC 5218 code",
        ("enum",),
        "documented_values_are_accepted_and_others_refused",
    ),
}
_NOTES: Final = {
    "wanted vehicles only": "what_is_of_wanted_vehicles_only_says_so",
    "read-only": "what_is_read_only_says_so",
    "E.164": "codes_of_another_form_are_refused",
    "User": "the_contract_has_the_documented_type",
}


def facts(texts: Mapping[str, str], contract: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the extracted facts."""
    if PUSH in texts:
        yield from _of_example(texts[PUSH], contract)
    if LEAD in texts:
        yield from _of_table("Lead", texts[LEAD], LEAD, contract)
    for section in texts.get(LINKED, "").split("\n### ")[1:]:
        name = section.split(maxsplit=1)[0]
        if name in contract["components"]["schemas"]:
            yield from _of_table(name, section, LINKED, contract)


def _of_example(push: str, contract: Mapping[str, Any]) -> Iterator[Entry]:
    example = "/paths/~1activix~1leads/post/requestBody/content/application~1json/examples/created/value"
    for match in _MEMBER.finditer(push.split("#### Body Example")[1]):
        name, value = match["name"], match["value"]
        pointer = f"{example}/{name}"
        present = require(contract, pointer)
        says = "is an object that begins with its id" if value == "{" else f"is {value}"
        if value == "[":
            says = f"is a list of objects, the first of which begins with the id {present[0]['id']}"
        test = "the_example_of_the_push_document_has_the_documented_value"
        yield entry(f"example-{name}", PUSH, "Body example", f"{name} {says}.", pointer, test=_TESTS + test)


def _of_table(schema: str, text: str, document: str, contract: Mapping[str, Any]) -> Iterator[Entry]:
    for match in _ROW.finditer(text):
        if match["name"] != "attribute":
            yield from _of_attribute(schema, match["name"], match["type"], match["text"], document, contract)


def _of_attribute(
    schema: str, name: str, kind: str, text: str, document: str, contract: Mapping[str, Any]
) -> Iterator[Entry]:
    pointer = f"/components/schemas/{schema}/properties/{name}"
    node = require(contract, pointer)
    text = text.replace("\\", "").strip()
    id_, section, attribute = f"attribute-{schema}.{name}", f"The {schema} object", f"{schema}.{name}"
    slip = " The type is a slip for string." if (schema, name) in (("Email", "type"), ("Phone", "type")) else ""
    typed = f"{pointer}/type" if "type" in node else pointer
    test = "the_contract_has_the_documented_type"
    yield entry(f"{id_}-type", document, section, f"{attribute} is of type {kind}.{slip}", typed, test=_TESTS + test)
    for mark, (says, part, formatted) in _FORMATS.items():
        if mark in text:
            place = "/".join((pointer, *part))
            yield entry(f"{id_}-format", document, section, f"{attribute} is {says}.", place, test=_TESTS + formatted)
    if text in _NOTES:
        place = f"{pointer}/pattern" if text == "E.164" else f"{pointer}/description"
        yield entry(f"{id_}-note", document, section, f"{attribute}: {text}.", place, test=_TESTS + _NOTES[text])
    elif document == LEAD and text:
        meaning = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("*", "")
        yield entry(f"{id_}-description", document, section, f"{attribute}: {meaning}", f"{pointer}/description")
    for value in _values(text, document):
        present = node["enum"].index(int(value) if kind == "integer" else value)
        yield entry(
            f"{id_}-{value}",
            document,
            section,
            f"{attribute} may be {value}.",
            f"{pointer}/enum/{present}",
            test=_TESTS + "documented_values_are_accepted_and_others_refused",
        )


def _values(text: str, document: str) -> list[str]:
    """Return the possible values that a description lists, without a full stop that has slipped into the last one."""
    if document == LEAD:
        listed = re.findall(r"\*\*(.+?)\*\*", text.partition("Possible values")[2])
        return [value.strip(" .") for each in listed for value in each.split(",")]
    is_list = bool(text) and text not in _NOTES and "ISO 8601" not in text
    return text.split(", ") if is_list else []
