"""Each fact has a place in the contract, and a test or a reason why there is none."""

from __future__ import annotations

import pytest

from crm_mocks.errors import UsageError
from tests.tools.facts.conftest import FACT
from tools.facts.checking import problems
from tools.facts.listing import read_lists


def without(*keys):
    return {key: value for key, value in FACT.items() if key not in keys}


def test_committed_lists_have_no_problem():
    assert list(problems(read_lists())) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (FACT | {"contract": "/paths/~1leads"}, "the contract has nothing at /paths/~1leads"),
        (FACT | {"contract": "paths"}, "the contract has nothing at paths"),
        (FACT | {"contract": "/security/5"}, "the contract has nothing at /security/5"),
        (FACT | {"position": "activix-none"}, "there is no position activix-none"),
        (FACT | {"setting": "activix.none"}, "there is no setting activix.none"),
        (FACT | {"setting": "path"}, "there is no setting path"),
        (
            without("contract"),
            "add where the contract has the fact: contract (a JSON pointer), position or setting",
        ),
        (without("test"), "add either the test that honours the fact, or untestable with the reason"),
        (
            FACT | {"untestable": "It is prose."},
            "add either the test that honours the fact, or untestable with the reason",
        ),
        (
            FACT | {"test": "tests/vendors/activix/test_settings.py::test_none[id]"},
            "tests/vendors/activix/test_settings.py has no test test_none",
        ),
        (
            FACT | {"test": "tests/test_none.py::test_path"},
            "there is no test module tests/test_none.py: write tests/…/test_….py::test_…",
        ),
        (
            FACT | {"test": "tests/vendors/activix/test_settings.py"},
            "there is no test module tests/vendors/activix/test_settings.py: write tests/…/test_….py::test_…",
        ),
        (without("section"), "section is missing"),
        (FACT | {"section": 5}, "section must be a string"),
        (
            FACT | {"tests": "x"},
            "tests is no key of a fact: id, document, section, fact, contract, position, setting, test, untestable",
        ),
    ],
)
def test_problem_is_named_with_file_and_line(write_list, entry, message):
    folder = write_list(FACT | {"id": "first"}, entry)

    assert list(problems(read_lists(folder))) == [f"{folder}/activix.yaml:7: push-method: {message}"]


@pytest.mark.parametrize(
    "entry",
    [
        FACT | {"test": f"{FACT['test']}[first-second]"},
        without("test") | {"untestable": "It is prose."},
        without("contract") | {"position": "activix-receiver-path"},
        without("contract") | {"setting": "activix.path"},
        without("contract") | {"position": "host-limits"},
    ],
)
def test_other_complete_fact_has_no_problem(write_list, entry):
    assert list(problems(read_lists(write_list(entry)))) == []


def test_id_that_stands_twice_is_a_problem(write_list):
    folder = write_list(FACT, dict(FACT))

    assert list(problems(read_lists(folder))) == [
        f"{folder}/activix.yaml:7: push-method: the id is also that of the fact in line 1"
    ]


def test_null_in_an_enum_can_be_pointed_at(write_list):
    pointer = "/components/schemas/Lead/properties/civility/enum"
    values = [f"{pointer}/{number}" for number in range(6)]
    entries = [FACT | {"id": value, "contract": value} for value in values]

    assert list(problems(read_lists(write_list(*entries)))) == []


def test_tests_of_classes_are_found(write_list, tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_path.py").write_text("class TestPath:\n    async def test_it(self):\n        pass\n", "utf-8")
    right, wrong = "tests/test_path.py::TestPath::test_it", "tests/test_path.py::test_it"
    folder = write_list(FACT | {"test": right}, FACT | {"id": "wrong", "test": wrong})

    assert list(problems(read_lists(folder), tmp_path)) == [
        f"{folder}/activix.yaml:7: wrong: tests/test_path.py has no test test_it"
    ]


def test_list_of_an_unknown_vendor_is_a_usage_error(write_list):
    with pytest.raises(UsageError, match=r"none\.yaml: there is no vendor none: activix, "):
        list(problems(read_lists(write_list(FACT, vendor="none"))))
