"""What it is to survive a generated answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.model import Symptom, Trial
from crm_contracts.fuzz.program.rules import WORDS, Judge, Rules, read_patterns
from crm_contracts.trial.expectations import read_expectations
from crm_contracts.trial.model import Did
from crm_mocks.errors import UsageError
from tests.fuzz.program.fakes import CREATE, MAKER, PLAIN, alterations, start

ENDED = Did(0, requests=1, met=1)
AS_IT_IS = MAKER.documented(start())


def given(kind, *, allowed=False, at=0, always=False):
    """Return an answer with the alteration of a kind that stands at a position."""
    return MAKER.make(start(), [alterations(kind, allowed=allowed)[at]], allowed=allowed, always=always)


def failures(attempt=AS_IT_IS, did=ENDED, printed="", codes=(75,), **rules):
    judge = Judge(Rules(**rules), PLAIN)
    for code in codes:
        judge.learn(Trial(AS_IT_IS, Did(code, requests=1, met=1)))
    judge.learn(Trial(given(Kind.BROKEN_CONNECTION), Did(9, requests=1, met=1)))
    return judge.judged(Trial(attempt, did, printed)).failures


def test_an_exit_code_that_documented_answers_gave_is_good():
    assert failures(did=replace(ENDED, code=75)) == ()


def test_an_exit_code_that_none_gave_is_a_failure():
    (failure,) = failures(did=replace(ENDED, code=1))
    assert failure == "exit code 1, where documented answers gave 0 or 75"


def test_an_exit_code_of_faults_is_good_where_no_readable_body_comes_only():
    assert failures(given(Kind.TRUNCATED_BODY), replace(ENDED, code=9)) == ()
    (failure,) = failures(given(Kind.TRUNCATED_BODY), replace(ENDED, code=1))
    assert failure == "exit code 1, where documented answers and faults gave 0 or 9 or 75"
    for attempt in (AS_IT_IS, given(Kind.NULL), given(Kind.MEDIA_TYPE)):
        assert failures(attempt, replace(ENDED, code=9)) == ("exit code 9, where documented answers gave 0 or 75",)


def test_a_client_that_was_not_given_the_answer_is_not_judged():
    assert failures(did=replace(ENDED, code=1, met=0)) == ()


@pytest.mark.parametrize(
    ("did", "failure", "symptom"),
    [
        (replace(ENDED, stopped=True, code=143), "still running after 60 s", Symptom.HANG),
        (replace(ENDED, signal="SIGSEGV", code=139), "ended by SIGSEGV", Symptom.OTHER),
        (replace(ENDED, surplus={"crm.leads": 1}), "1 more of crm.leads than after the plain run", Symptom.DUPLICATE),
    ],
)
def test_hanging_dying_and_storing_twice_are_failures(did, failure, symptom):
    assert failures(did=did) == (failure,)
    assert Trial(AS_IT_IS, did).symptom is symptom


def test_the_weakness_is_the_kind_of_answer_unless_the_symptom_says_more():
    page = given(Kind.PROXY_PAGE)
    assert Trial(page, ENDED).weakness == "page of a proxy"
    assert Trial(page, replace(ENDED, stopped=True)).weakness == "hang"
    assert Trial(page, replace(ENDED, surplus={"crm.leads": 1})).weakness == "retry made a duplicate"


def test_a_client_that_called_again_and_ended_well_has_recovered():
    again = replace(ENDED, requests=2)
    expect = {"*": frozenset({75})}
    assert failures(given(Kind.PROXY_PAGE), again, expect=expect) == ()
    assert failures(given(Kind.PROXY_PAGE, always=True), again, expect=expect) != ()


@pytest.mark.parametrize(
    ("said", "attempt"),
    [
        ("truncated body=75", given(Kind.TRUNCATED_BODY)),
        ("forbidden=75", given(Kind.TRUNCATED_BODY)),
        ("truncated*=75", given(Kind.TRUNCATED_BODY)),
        ("allowed=75", given(Kind.WHITE_SPACE, allowed=True)),
        ("created_full=75", given(Kind.WHITE_SPACE, allowed=True)),
        ("200=75", given(Kind.WHITE_SPACE, allowed=True)),
        ("502=75", given(Kind.PROXY_PAGE)),
        ("fault=75", given(Kind.BROKEN_CONNECTION)),
        ("EMPTY_RESPONSE=75", given(Kind.BROKEN_CONNECTION)),
        (f"{CREATE}:2xx=75", given(Kind.NULL)),
    ],
)
def test_the_user_says_which_exit_codes_are_right(said, attempt):
    expect = read_expectations([said, "*=0"], {CREATE: ["created_full"]}, WORDS)
    assert failures(attempt, expect=expect) == ("exit code 0, where 75 is expected",)
    assert failures(attempt, replace(ENDED, code=75), expect=expect) == ()


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match=r"'nulls' is no class .* or kind \(allowed, forbidden, as documented, "):
        read_expectations(["nulls=75"], {CREATE: ["created_full"]}, WORDS)


def printing(pattern):
    prints, _ = read_patterns([pattern], [])
    return {"prints": prints}


def test_a_success_prints_what_stands_in_the_answer():
    large = next(each for each in alterations(Kind.NUMBER, allowed=True) if "2**53" in each.words)
    attempt = MAKER.make(start(), [large], allowed=True)
    rule = printing("lead {body.id}$")
    assert failures(attempt, printed="lead 9007199254740993\n", **rule) == ()
    (failure,) = failures(attempt, printed="lead 9007199254740992\n", **rule)
    assert failure == "did not print lead 9007199254740993$, as --prints has it for this answer"


def test_a_refusal_need_not_print_it():
    assert failures(did=replace(ENDED, code=75), **printing("lead {body.id}")) == ()


def test_an_answer_without_the_value_need_not_have_it_printed():
    assert failures(**printing("{body.nothing.there}")) == ()
    assert failures(**printing("{body}")) == ()


def test_what_the_contract_forbids_need_not_be_printed():
    assert failures(given(Kind.MEDIA_TYPE), **printing("nothing of the kind")) == ()


def test_special_characters_of_a_value_are_no_expression():
    odd = next(each for each in alterations(Kind.TEXT, allowed=True) if "quotes" in each.words)
    attempt = MAKER.make(start(), [odd], allowed=True)
    member = ".".join(odd.place)
    assert failures(attempt, printed='O\'Neil "\\" & <b>', **printing(f"{{{member}}}")) == ()


def test_what_must_never_be_printed_is_a_failure_whatever_the_exit_code():
    _, never = read_patterns([], ["^Traceback"])
    assert failures(printed="so far\nTraceback (most recent", never_prints=never) == (
        "printed what matches ^Traceback",
    )
    assert failures(printed="no Traceback", never_prints=never) == ()


@pytest.mark.parametrize(("option", "texts"), [("--prints", (["({body.id}"], [])), ("--never-prints", ([], ["*"]))])
def test_what_is_no_regular_expression_is_refused(option, texts):
    with pytest.raises(UsageError, match=rf"{option} .* is no regular expression"):
        read_patterns(*texts)


def test_with_a_documented_success_a_client_ends_as_in_the_plain_run():
    judge = Judge(Rules(), PLAIN)
    judge.successes = frozenset({(CREATE, "created_full")})
    judge.learn(Trial(AS_IT_IS, Did(75, requests=1, met=1)))
    (failure,) = judge.judged(Trial(AS_IT_IS, replace(ENDED, code=75))).failures
    assert failure == "exit code 75 for a documented success, where the plain run gave 0"
    assert judge.judged(Trial(AS_IT_IS, replace(ENDED, code=75, refusals=(400,)))).failures == ()


@pytest.mark.parametrize("text", ["(?P<lead{body.id}>.)", "[a-{body.id}]", r"\{body.id\}"])
def test_a_value_is_refused_where_it_would_be_part_of_the_expression_itself(text):
    with pytest.raises(UsageError, match=r"--prints .* is no regular expression"):
        read_patterns([text], [])


def test_an_expression_that_this_value_does_not_fit_does_not_count():
    assert not failures(printed="lead", **printing("(?<=x|{body.id})lead"))
