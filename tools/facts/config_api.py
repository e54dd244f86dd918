"""Extract the facts of the Config API's document.

Each attribute gives one fact for its type, whether it is required, its description, its example and each value of its
enum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import ContractError
from tools.facts.extraction import entry, require
from tools.facts.listing import Entry

DOCUMENT: Final = "config-api-leads-create.txt"
DOCUMENTS: Final = (DOCUMENT,)
EXTRACTED: Final = ("document-",)
_ATTRIBUTE: Final = re.compile(r"`(?P<path>[\w.]+)` \((?P<type>\w+)(?P<required>, required)?\)(?P<text>.*)", re.DOTALL)
_TESTS: Final = "tests/vendors/config_api/test_document.py::test_"
_MUTANTS: Final = "tests/vendors/test_mutants.py::test_every_constraint_of_a_body_is_enforced_and_named"
_EXAMPLE: Final = "tests/vendors/config_api/test_outcomes.py::test_example_request_gets_its_example_answer"
_IDENTIFIERS: Final = "tests/vendors/config_api/test_outcomes.py::test_first_lead_gets_the_numbers_of_the_document"
_UUID: Final = "tests/vendors/config_api/test_leads.py::test_forced_answer_stores_nothing"
_REFERENCE: Final = "tests/vendors/config_api/test_errors.py::test_error_body_has_every_member_filled"


def facts(texts: Mapping[str, str], contract: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the facts of the document's sections."""
    text = " ".join(texts.get(DOCUMENT, "").split())
    for section in text.split(" ## ")[1:]:
        title, *lines = section.split(" - `")
        name = title.split(" fields")[0]
        schema = {"Request": "CreateLeadRequest", "Response 200": "CreatedLead"}.get(name, "Error")
        if schema == "Error":
            yield _status_fact(name.split()[1])
        for line in lines:
            match = _ATTRIBUTE.fullmatch("`" + line.strip())
            if match is None:
                raise ContractError(f"{DOCUMENT} has a line of another form: {line}")
            pointer = _pointer(contract, schema, match["path"].split("."))
            _check(require(contract, _target(contract, pointer)), match)
            yield from _attribute_facts(name, match, pointer, _target(contract, pointer))


def _status_fact(status: str) -> Entry:
    pointer = f"/paths/~1v1~1leads~1create/post/responses/{status}"
    test = "tests/vendors/test_outcomes.py::test_every_outcome_is_reached_by_every_route"
    return _fact(f"Response {status}", status, f"createLead may answer {status}, with the error body.", pointer, test)


def _check(schema: Mapping[str, Any], match: re.Match[str]) -> None:
    """Compare a schema of the contract with an attribute of the document.

    Raises:
        ContractError: they differ.
    """
    text, example = _split(match["text"], " Example: ")
    text, values = _split(text, " Enum: ")
    differs = {
        "type": not schema.get("x-any-type") and schema["type"] != match["type"],
        "description": not _plain(schema["description"]).startswith(_plain(text)),
        "enum": schema.get("enum", []) != re.findall(r'"(\w+)"', values),
        "example": bool(example) and schema["example"] != load_yaml(example),
    }
    for keyword in (name for name, is_other in differs.items() if is_other):
        raise ContractError(f"{match['path']}: the contract has another {keyword}: {schema.get(keyword)}")


def _plain(text: str) -> str:
    """Return a text without differences that carry no meaning; the mark-up of the document lost and doubled words."""
    text = text.lower().strip().replace("same as but", "same as args but").replace("the the", "the")
    return " ".join(text.split()).removesuffix(".")


def _attribute_facts(section: str, match: re.Match[str], pointer: str, target: str) -> Iterator[Entry]:
    path, member = match["path"], match["path"].rsplit(".", 1)[-1]
    text, example = _split(match["text"], " Example: ")
    text, values = _split(text, " Enum: ")
    is_request, is_error = section == "Request", section not in ("Request", "Response 200")
    position = "config-api-error-arguments" if path == "typedArgs.value" else ""
    yield _fact(
        section, f"{path}-type", f"{path} is of type {match['type']}.", pointer, _type_test(section, path), position
    )
    if match["required"]:
        where = pointer.rsplit("/", 2)[0] + "/required"
        test = _MUTANTS if is_request else _TESTS + "created_lead_has_every_identifier"
        test = _TESTS + "only_error_message_is_required_of_an_error" if is_error else test
        yield _fact(section, f"{path}-required", f"{path} is required.", where, test)
    if text.strip():
        yield _fact(section, f"{path}-description", f"{path}: {text.strip()}", f"{target}/description", "")
    for value in re.findall(r'"(\w+)"', values):
        test = _TESTS + ("every_listed_value_is_accepted" if is_request else "argument_has_a_listed_type")
        yield _fact(section, f"{path}-{value}", f"{path} may be {value}.", f"{pointer}/enum", test)
    if values:
        test = _MUTANTS if is_request else _TESTS + "argument_has_a_listed_type"
        yield _fact(section, f"{path}-enum", f"{path} is nothing but a listed value.", f"{pointer}/enum", test)
    if example:
        tests = {"uuid": _UUID, "reference": _REFERENCE}
        test = _EXAMPLE if is_request else tests.get(member, _IDENTIFIERS)
        yield _fact(section, f"{path}-example", f"An example of {path} is {example}.", f"{pointer}/example", test)


def _type_test(section: str, path: str) -> str:
    if section == "Request":
        return _MUTANTS
    if section == "Response 200":
        return _TESTS + "created_lead_has_every_identifier"
    own = {"typedArgs.value": "argument_has_any_value", "typedArgs.type": "argument_has_a_listed_type"}
    return _TESTS + own.get(path, "error_member_of_another_type_is_invalid")


def _split(text: str, mark: str) -> tuple[str, str]:
    before, _, after = text.partition(mark)
    return before, after.strip()


def _fact(section: str, name: str, fact: str, pointer: str, test: str, position: str = "") -> Entry:
    id_ = f"document-{section.lower().replace(' ', '-')}-{name}"
    return entry(id_, DOCUMENT, section, fact, pointer, test=test, position=position)


def _pointer(contract: Mapping[str, Any], schema: str, path: list[str]) -> str:
    """Return the JSON pointer of a member that a dotted path names, through references and items."""
    pointer = f"/components/schemas/{schema}"
    for name in path:
        pointer = f"{_holder(contract, pointer)}/properties/{name}"
        require(contract, pointer)
    return pointer


def _target(contract: Mapping[str, Any], pointer: str) -> str:
    """Return the pointer of the schema behind a reference."""
    return str(require(contract, pointer).get("$ref", pointer)).removeprefix("#")


def _holder(contract: Mapping[str, Any], pointer: str) -> str:
    """Return the pointer of the schema that has the members, behind references and items."""
    node = require(contract, pointer)
    if "items" in node:
        return _holder(contract, f"{pointer}/items")
    return _holder(contract, node["$ref"].removeprefix("#")) if "$ref" in node else pointer
