"""A test that fails says in a line what its client was answered, however long the answer is."""

from __future__ import annotations

import pytest
from hypothesis import find, given, settings
from hypothesis.vendor.pretty import pretty

from crm_contracts.fuzz import answers

OPERATION = "config_api.createLead"
ONCE = settings(max_examples=2_000, derandomize=True, database=None, deadline=None)
SHOWN = f"<{OPERATION}, 200 created_full: body.customerNumber is a text of 65536 characters>"
created = answers(OPERATION, outcome="created_full", allowed=True)


def is_long(answer):
    return len(answer.body) > 65_536


@pytest.mark.parametrize("show", [repr, str, pretty], ids=["repr", "str", "as Hypothesis"])
def test_an_answer_is_shown_by_what_is_unusual(show):
    assert show(find(created, is_long, settings=ONCE)) == SHOWN


def test_the_example_is_shown_as_documented():
    assert repr(find(created, lambda _: True, settings=ONCE)) == f"<{OPERATION}, 200 created_full: as documented>"


def test_a_failing_test_shows_it_even_where_hypothesis_is_kept_from_it():
    """Schemathesis, where it is installed, has Hypothesis print no arguments."""

    @ONCE
    @given(answer=created)
    def fails(answer):
        assert not is_long(answer)

    with pytest.raises(AssertionError) as error:
        fails()
    assert error.value.__notes__[0] == SHOWN
