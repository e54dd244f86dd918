"""Pass criteria of generated cases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.expect_option import read_expectations
from crm_contracts.clients.fuzz.criteria import EXPECTED_KINDS, FuzzJudge, reactions_that_count
from crm_contracts.clients.fuzz.expected_output import read_output_criteria
from crm_contracts.clients.fuzz.weakness import FuzzResult, weakness_name
from crm_contracts.clients.fuzz.weakness_groups import name_of_group
from crm_contracts.clients.model import RunResult, Symptom
from crm_contracts.clients.reactions import Reaction
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.finding import Finding, Side
from crm_mocks.errors import UsageError
from tests.clients.fuzz.fakes import BASELINE, CASES, CREATE, mutations, start

ENDED = RunResult(0, requests=1, delivered=1)
AS_IT_IS = CASES.unmodified(start())
REFUSED = CASES.unmodified(start("rate_limit_exceeded"), always=True)


def given(kind, *, allowed=False, at=0, always=False):
    """Return a case with the mutation of a kind at a position."""
    return CASES.build(start(), [mutations(kind, allowed=allowed)[at]], allowed=allowed, always=always)


SPACED = given(MutationKind.WHITE_SPACE, allowed=True)


def failures(case=AS_IT_IS, run=ENDED, printed="", codes=(75,), output=None, **criteria):
    judge = FuzzJudge(PassCriteria(**criteria), BASELINE, output)
    for code in codes:
        judge.learn(FuzzResult(REFUSED, RunResult(code, requests=1, delivered=1)))
    judge.learn(FuzzResult(given(MutationKind.BROKEN_CONNECTION), RunResult(9, requests=1, delivered=1)))
    return judge.judged(FuzzResult(case, run, printed)).failures


def test_an_exit_code_that_documented_answers_gave_is_good():
    assert failures(SPACED, replace(ENDED, code=75)) == ()


def test_an_exit_code_that_none_gave_is_a_failure():
    (failure,) = failures(SPACED, replace(ENDED, code=1))
    assert failure == "exit code 1, where documented responses gave 0 or 75"


def test_an_exit_code_of_faults_is_good_where_no_readable_body_comes_only():
    assert failures(given(MutationKind.TRUNCATED_BODY), replace(ENDED, code=9)) == ()
    (failure,) = failures(given(MutationKind.TRUNCATED_BODY), replace(ENDED, code=1))
    assert failure == "exit code 1, where documented responses and faults gave 0 or 9 or 75"
    assert failures(SPACED, replace(ENDED, code=9)) == ("exit code 9, where documented responses gave 0 or 75",)


@pytest.mark.parametrize("kind", [MutationKind.NULL, MutationKind.MEDIA_TYPE])
@pytest.mark.parametrize(("code", "passes"), [(0, True), (1, False), (2, True), (5, True), (134, False), (255, False)])
def test_a_code_of_its_own_is_good_where_the_contract_forbids_the_answer(kind, code, passes):
    assert (failures(given(kind), replace(ENDED, code=code)) == ()) is passes


def test_a_code_of_its_own_is_a_failure_where_another_is_expected():
    expect = read_expectations(["forbidden=75"], {CREATE: ["created_full"]}, EXPECTED_KINDS)
    assert failures(given(MutationKind.NULL), replace(ENDED, code=5), expect=expect)


def test_a_crash_with_a_code_that_programs_choose_is_a_failure():
    assert failures(given(MutationKind.NULL), replace(ENDED, code=2, crash="Go"))


def test_a_client_that_was_not_given_the_answer_is_not_judged():
    assert failures(run=replace(ENDED, code=1, delivered=0)) == ()


@pytest.mark.parametrize(
    ("run", "failure", "symptom"),
    [
        (replace(ENDED, stopped=True, code=143), "still running after 60 s", Symptom.HANG),
        (replace(ENDED, signal="SIGSEGV", code=139), "ended by SIGSEGV", Symptom.OTHER),
        (
            replace(ENDED, extra_records={"crm.leads": 1}),
            "1 more of crm.leads than after the baseline run",
            Symptom.DUPLICATE,
        ),
    ],
)
def test_hanging_dying_and_storing_twice_are_failures(run, failure, symptom):
    assert failures(run=run) == (failure,)
    assert run.symptom is symptom


def test_the_weakness_is_the_kind_of_answer_unless_the_symptom_says_more():
    page = given(MutationKind.PROXY_PAGE)
    assert weakness_name(FuzzResult(page, ENDED)) == "page of a proxy"
    assert weakness_name(FuzzResult(page, replace(ENDED, stopped=True))) == "hang"
    duplicate = replace(ENDED, extra_records={"crm.leads": 1})
    assert weakness_name(FuzzResult(page, duplicate)) == "retry made a duplicate"


def test_a_crash_is_no_duplicate_although_it_leaves_a_record():
    crash = replace(ENDED, code=1, crash="Python", extra_records={"crm.leads": 1})
    assert weakness_name(FuzzResult(given(MutationKind.PROXY_PAGE), crash)) == "page of a proxy"


def test_a_client_that_called_again_and_ended_well_has_recovered():
    again = replace(ENDED, requests=2)
    expect = {"*": frozenset({75})}
    assert failures(given(MutationKind.PROXY_PAGE), again, expect=expect) == ()
    assert failures(given(MutationKind.PROXY_PAGE, always=True), again, expect=expect) != ()


@pytest.mark.parametrize(
    ("said", "case"),
    [
        ("truncated body=75", given(MutationKind.TRUNCATED_BODY)),
        ("forbidden=75", given(MutationKind.TRUNCATED_BODY)),
        ("truncated*=75", given(MutationKind.TRUNCATED_BODY)),
        ("allowed=75", given(MutationKind.WHITE_SPACE, allowed=True)),
        ("created_full=75", given(MutationKind.WHITE_SPACE, allowed=True)),
        ("200=75", given(MutationKind.WHITE_SPACE, allowed=True)),
        ("502=75", given(MutationKind.PROXY_PAGE)),
        ("fault=75", given(MutationKind.BROKEN_CONNECTION)),
        ("EMPTY_RESPONSE=75", given(MutationKind.BROKEN_CONNECTION)),
        (f"{CREATE}:2xx=75", given(MutationKind.NULL)),
    ],
)
def test_the_user_says_which_exit_codes_are_right(said, case):
    expect = read_expectations([said, "*=0"], {CREATE: ["created_full"]}, EXPECTED_KINDS)
    assert failures(case, expect=expect) == ("exit code 0, where 75 is expected",)
    assert failures(case, replace(ENDED, code=75), expect=expect) == ()


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match=r"'nulls' is no class .* or kind \(allowed, forbidden, as documented, "):
        read_expectations(["nulls=75"], {CREATE: ["created_full"]}, EXPECTED_KINDS)


def printing(pattern):
    return {"output": read_output_criteria([pattern], [])}


def test_a_success_prints_what_stands_in_the_answer():
    large = next(each for each in mutations(MutationKind.NUMBER, allowed=True) if "2**53" in each.description)
    case = CASES.build(start(), [large], allowed=True)
    rule = printing("lead {body.id}$")
    assert failures(case, printed="lead 9007199254740993\n", **rule) == ()
    (failure,) = failures(case, printed="lead 9007199254740992\n", **rule)
    assert failure == "did not print lead 9007199254740993$, which --prints requires for this response"


def test_a_refusal_need_not_print_it():
    assert failures(SPACED, replace(ENDED, code=75), **printing("lead {body.id}")) == ()


def test_an_answer_without_the_value_need_not_have_it_printed():
    assert failures(**printing("{body.nothing.there}")) == ()
    assert failures(**printing("{body}")) == ()


def test_what_the_contract_forbids_need_not_be_printed():
    assert failures(given(MutationKind.MEDIA_TYPE), **printing("nothing of the kind")) == ()


def test_special_characters_of_a_value_are_no_expression():
    odd = next(each for each in mutations(MutationKind.TEXT, allowed=True) if "quotes" in each.description)
    case = CASES.build(start(), [odd], allowed=True)
    member = ".".join(odd.location)
    assert failures(case, printed='O\'Neil "\\" & <b>', **printing(f"{{{member}}}")) == ()


def test_what_must_never_be_printed_is_a_failure_whatever_the_exit_code():
    never = read_output_criteria([], ["^Traceback"])
    assert failures(printed="so far\nTraceback (most recent", output=never) == ("printed what matches ^Traceback",)
    assert failures(printed="no Traceback", output=never) == ()


@pytest.mark.parametrize(("option", "texts"), [("--prints", (["({body.id}"], [])), ("--never-prints", ([], ["*"]))])
def test_what_is_no_regular_expression_is_refused(option, texts):
    with pytest.raises(UsageError, match=rf"{option} .* is no regular expression"):
        read_output_criteria(*texts)


def test_after_a_documented_success_a_client_ends_as_in_the_baseline_run():
    (failure,) = failures(run=replace(ENDED, code=75))
    assert failure == "expected exit 0, as after config_api.createLead:created_full; got 75"
    assert failures(run=replace(ENDED, code=75, refusals=(400,))) == ()


def test_after_a_documented_refusal_a_client_does_not_end_as_in_the_baseline_run():
    (failure,) = failures(REFUSED)
    assert failure.startswith("expected another exit code after the refusal rate_limit_exceeded; got 0")
    assert failures(REFUSED, replace(ENDED, code=1)) == ()


@pytest.mark.parametrize("text", ["(?P<lead{body.id}>.)", "[a-{body.id}]", r"\{body.id\}"])
def test_a_value_is_refused_where_it_would_be_part_of_the_expression_itself(text):
    with pytest.raises(UsageError, match=r"--prints .* is no regular expression"):
        read_output_criteria([text], [])


def test_an_expression_that_this_value_does_not_fit_does_not_count():
    assert not failures(printed="lead", **printing("(?<=x|{body.id})lead"))


def broke(rule, operation=CREATE):
    return Reaction(Finding(Side.CLIENT, "config_api", operation, rule, ("body",), "is wrong"), ("",))


@pytest.mark.parametrize(
    ("case", "rules"),
    [
        (REFUSED, {"type", "token_unknown", "route"}),
        (given(MutationKind.BROKEN_CONNECTION), {"type", "token_unknown", "route"}),
        (AS_IT_IS, {"type", "route"}),
        (SPACED, {"type", "route"}),
        (given(MutationKind.PROXY_PAGE), {"type", "route"}),
        (given(MutationKind.NULL), set()),
    ],
)
def test_what_a_client_may_have_passed_on_breaks_nothing(case, rules):
    run = replace(ENDED, reactions=(broke("type"), broke("token_unknown"), broke("route", "")))
    assert {each.finding.rule for each in reactions_that_count(FuzzResult(case, run))} == rules


@pytest.mark.parametrize(
    ("case", "code", "name"),
    [(REFUSED, 0, "refusal taken for a success"), (AS_IT_IS, 75, "success taken for a failure")],
)
def test_a_wrong_exit_code_after_a_documented_response_is_a_class_of_its_own(case, code, name):
    judge = FuzzJudge(PassCriteria(), BASELINE)
    result = judge.judged(FuzzResult(case, replace(ENDED, code=code)))
    assert (weakness_name(result), name_of_group(result)) == (name, f"{name}: {CREATE}")
