"""Extract the facts of LeadBank's page of getLeads.

Its headings, formats and tables give facts, each member of the sample response gives one for its spelling and one for
its type, and each value of the sample another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.errors import ContractError
from tools.facts.extraction import entry, require
from tools.facts.listing import Entry

DOCUMENT: Final = "leadbank-post-leads.txt"
DOCUMENTS: Final = (DOCUMENT,)
EXTRACTED: Final = ("page-", "member-", "sample-")

_OPERATION: Final = "/paths/~1api~1leads/post"
_ANSWER: Final = f"{_OPERATION}/responses/200/content"
_TESTS: Final = "tests/vendors/leadbank/test_documented.py::test_"
_SCHEMAS: Final = {"": "LeadResponse", "Leads": "Lead", "Contents": "Content"}
"""Schemas by the member of the sample that has their objects."""

_FORMATS: Final = re.compile(r"^(Request|Response) Formats\n\n(.*?)(?=\n\n(?:Response Information|$)|\Z)", re.M | re.S)
_MEDIA_TYPE: Final = re.compile(r"\b(?:application|text)/[\w-]+")
_TABLE: Final = re.compile(r"^(\w+)\n\n(Collection of \w+|integer|string)\n\n(None\.|Required)$", re.MULTILINE)
_TITLE: Final = re.compile(r"^(?P<method>[A-Z]+) (?P<path>\S+)\n\n(?P<summary>.+)\n")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}[+-]\d\d:\d\d")
_KINDS: Final = {int: "integer", str: "string", list: "array"}


def facts(texts: Mapping[str, str], contract: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the facts of the page."""
    text = texts.get(DOCUMENT)
    if text is None:
        return
    yield from _of_title(text, contract)
    yield from _of_formats(text, contract)
    yield from _of_table(text, contract)
    sample = json.loads(text[text.rindex("Sample:") + len("Sample:") :])
    yield from _of_members("", sample, contract)
    for path, value in _leaves(sample):
        yield _of_value(path, value, contract)


def _of_title(text: str, contract: Mapping[str, Any]) -> Iterator[Entry]:
    title = _TITLE.match(text)
    assert title is not None
    path = "/" + title["path"]
    require(contract, f"/paths/{path.replace('/', '~1')}")
    sent = "the_request_of_the_page_is_answered"
    section = "Title"
    yield _fact("page-path", section, f"The path is {path}.", f"/paths/{path.replace('/', '~1')}", sent)
    yield _fact("page-method", section, f"The method is {title['method']}.", _OPERATION, "other_methods_are_refused")
    tests = (
        "new_leads_are_provided_and_their_state_changes",
        "two_calls_return_the_same_leads",
        "confirmation_is_necessary_for_the_next_leads",
    )
    sentences = title["summary"].rstrip(".").split(". ")
    for number, (sentence, test) in enumerate(zip(sentences, tests, strict=True), start=1):
        pointer = f"{_OPERATION}/description"
        yield _fact(f"page-summary-{number}", "Introduction", f"{sentence}.", pointer, test)
    if "URI Parameters\n\nNone." in text:
        if "parameters" in require(contract, _OPERATION):
            raise ContractError("the contract has parameters")
        yield _fact("page-uri-parameters", "URI Parameters", "There are no URI parameters.", _OPERATION, sent)
    if "Body Parameters\n\ninteger" in text:
        pointer = "/components/schemas/InputInteger/oneOf/0/type"
        _expect(contract, pointer, "integer")
        yield _fact("page-body", "Body Parameters", "The body is an integer.", pointer, "only_an_integer_is_accepted")


def _of_formats(text: str, contract: Mapping[str, Any]) -> Iterator[Entry]:
    for kind, listed in _FORMATS.findall(text):
        place = f"{_OPERATION}/requestBody/content" if kind == "Request" else _ANSWER
        for media_type in _MEDIA_TYPE.findall(listed):
            pointer = f"{place}/{media_type.replace('/', '~1')}"
            require(contract, pointer)
            test = f"{kind.lower()}s_have_every_documented_format"
            says = f"{media_type} is a format of the {kind.lower()}."
            yield _fact(f"page-{kind.lower()}-{media_type}", f"{kind} Formats", says, pointer, test)
    for media_type in ("application~1json", "text~1json"):
        pointer = f"{_OPERATION}/requestBody/content/{media_type}/examples/leads/value"
        _expect(contract, pointer, int(text.split("Sample:\n")[1].split(maxsplit=1)[0]))
        says = f"The sample of a request in {media_type.replace('~1', '/')} is 1."
        test = "the_request_of_the_page_is_answered"
        yield _fact(f"page-request-sample-{media_type.replace('~1', '/')}", "Request Formats", says, pointer, test)
    if "Sample not available." in text:
        yield _fact(
            "page-request-sample-form",
            "Request Formats",
            "There is no sample of a form: its content is open.",
            f"{_OPERATION}/requestBody/content/application~1x-www-form-urlencoded/x-position",
            "requests_have_every_documented_format",
        ) | {"position": "leadbank-form-bodies"}


def _of_table(text: str, contract: Mapping[str, Any]) -> Iterator[Entry]:
    section = "Resource Description"
    name = "LeadResponse"
    pointer = f"{_ANSWER}/application~1json/schema/$ref"
    _expect(contract, pointer, f"#/components/schemas/{name}")
    yield _fact("page-resource", section, f"The response is a {name}.", pointer, "the_answer_has_the_documented_types")
    for member, kind, information in _TABLE.findall(text):
        pointer = f"/components/schemas/{name}/properties/{member}"
        test = "the_answer_has_the_documented_types"
        if kind.startswith("Collection of "):
            item = kind.removeprefix("Collection of ")
            _expect(contract, f"{pointer}/type", "array")
            _expect(contract, f"{pointer}/items/$ref", f"#/components/schemas/{item}")
            yield _fact(f"page-{member}-type", section, f"{member} is a collection of {item}.", pointer, test)
        else:
            _expect(contract, f"{pointer}/type", kind)
            yield _fact(f"page-{member}-type", section, f"{member} is of type {kind}.", f"{pointer}/type", test)
        if information == "None.":
            says = f"The page gives no constraint of {member}."
            unconstrained = "the_answer_has_no_constraint_but_its_types"
            yield _fact(f"page-{member}-constraints", section, says, pointer, unconstrained)


def _of_members(holder: str, value: Mapping[str, Any], contract: Mapping[str, Any]) -> Iterator[Entry]:
    schema = _SCHEMAS[holder]
    section = "Response sample"
    for name, inner in value.items():
        pointer = f"/components/schemas/{schema}/properties/{name}"
        kind = _KINDS[type(inner)]
        _expect(contract, f"{pointer}/type", kind)
        names = "the_sample_has_the_documented_members_in_this_order"
        yield _fact(f"member-{schema}.{name}-name", section, f"{schema} has {name}, spelled so.", pointer, names)
        test = (
            "members_of_other_types_are_refused" if schema != "LeadResponse" else "the_answer_has_the_documented_types"
        )
        says = f"{schema}.{name} is of type {kind}."
        yield _fact(f"member-{schema}.{name}-type", section, says, f"{pointer}/type", test)
        if isinstance(inner, str) and _DATE_TIME.fullmatch(inner):
            says = f"{schema}.{name} is a date and time; the sample has seven fractional digits and an offset."
            yield _fact(f"member-{schema}.{name}-format", section, says, f"{pointer}/format", "dates_are_date_times")
        if isinstance(inner, list):
            _expect(contract, f"{pointer}/items/$ref", f"#/components/schemas/{_SCHEMAS[name]}")
            yield _fact(
                f"member-{schema}.{name}-items",
                section,
                f"The entries of {schema}.{name} are objects, {len(inner)} in the sample.",
                f"{pointer}/items/$ref",
                "the_sample_is_sent_unchanged",
            )
            yield from _of_members(name, inner[0], contract)


def _of_value(path: tuple[str, ...], value: int | str, contract: Mapping[str, Any]) -> Entry:
    pointer = "/".join((_ANSWER, "application~1json/examples/leads/value", *path))
    _expect(contract, pointer, value)
    says = f"{'.'.join(path)} of the sample is {json.dumps(value)}."
    return _fact(f"sample-{'.'.join(path)}", "Response sample", says, pointer, "the_sample_is_sent_unchanged")


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int | str]]:
    """Yield each value of a sample that is no object or array, with its path."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, str(step)))
    else:
        yield path, value


def _fact(id_: str, section: str, says: str, pointer: str, test: str) -> Entry:
    return entry(id_, DOCUMENT, section, says, pointer, test=_TESTS + test)


def _expect(contract: Any, pointer: str, value: Any) -> None:
    found = require(contract, pointer)
    if found != value or type(found) is not type(value):
        raise ContractError(f"{pointer}: the contract has {found!r}, the page {value!r}")
