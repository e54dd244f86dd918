"""A sweep: what clients are given, what they do, and which of it they survive."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.programs import OneShotProgram
from crm_contracts.clients.sweep.criteria import SweepJudge
from crm_contracts.clients.sweep.report import report
from crm_contracts.report.formats import render
from crm_mocks import state
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.parsing.retry_after import retry_after
from crm_mocks.watchdog import watchdog
from tests.clients.sweep.conftest import CONFIG, ROBUST, Sweeper, Swept, python


def test_a_robust_client_survives_everything(robust: Swept) -> None:
    assert robust.failing == set()
    assert robust.sweep.exit_code == 0


def test_every_documented_answer_is_given_even_that_of_the_baseline_run_if_its_body_was_another(robust: Swept) -> None:
    given = {cell.case.label for cell in robust.sweep.cells if cell.case.fault is None}
    assert given == {"201 created", "400 invalid", "401 no_key", "409 duplicate", "500 crash"}
    assert robust.sweep.baseline.outcomes == {"toy.createContact": ("created",)}
    assert robust.sweep.baseline.as_documented == {}


def test_an_answer_that_the_baseline_run_met_as_documented_is_not_given_again(impatient: Swept) -> None:
    assert impatient.sweep.baseline.as_documented == {"config_api.getLeadConfig": ("lead_config",)}
    assert "200 lead_config" not in {cell.case.label for cell in impatient.sweep.cells}


def test_every_fault_is_given_before_and_after_the_record_is_stored(robust: Swept) -> None:
    given = {(cell.case.fault, cell.case.phase) for cell in robust.sweep.cells if cell.case.fault is not None}
    both = {(fault, phase) for fault in Fault for phase in ("before", "after")}
    assert given == both - {(Fault.SLOW_BODY, "before")}
    assert robust.sweep.baseline.storing == {"toy.createContact"}


def test_each_is_given_once_and_always(robust: Swept) -> None:
    assert all(set(cells) == {"once", "always"} for _, cells in robust.sweep.rows("toy.createContact"))
    assert robust.cell("500 crash", "once").run.delivered == 1
    assert robust.cell("500 crash", "always").run.delivered == 2


def test_retries_and_their_spacing_are_recorded(robust: Swept) -> None:
    run = robust.cell("500 crash", "once").run
    assert (run.code, run.requests) == (0, 2)
    assert len(run.gaps) == 1
    assert run.gaps[0] >= 0.19
    assert robust.cell("400 invalid").run.requests == 1


def test_a_refusal_after_a_fault_counts_with_the_answers_of_its_class(robust: Swept) -> None:
    run = robust.cell("EMPTY_RESPONSE after storing", "once").run
    assert (run.code, run.refusals) == (3, (409,))


@pytest.fixture(scope="module")
def careless(sweep: Sweeper) -> Swept:
    """A client without idempotence."""
    return sweep(ROBUST.replace("send()", "send(f'ada{attempt}@example.com')"))


def test_a_client_without_idempotence_makes_a_duplicate(careless: Swept) -> None:
    cell = careless.cell("EMPTY_RESPONSE after storing", "once")
    assert cell.run.extra_records == {"toy.contacts": 1}
    assert cell.failures == ("1 more of toy.contacts than after the baseline run",)
    assert careless.cell("EMPTY_RESPONSE before storing", "once").passed
    assert {label for label in careless.failing if not label.endswith("after storing")} == set()


def test_duplicates_may_be_allowed(careless: Swept) -> None:
    assert careless.judged(allow_duplicates=True).failing == set()


def test_a_client_that_hangs_on_a_time_out_is_stopped(sweep: Sweeper) -> None:
    swept = sweep(
        """
        try:
            send(timeout=None)
        except BROKEN:
            sys.exit(4)
        """,
        seconds=15.0,
        processes=True,
        time_out_ms=600_000,
    )
    assert swept.failing == {"TIMEOUT before storing", "TIMEOUT after storing"}
    cell = swept.cell("TIMEOUT before storing")
    assert cell.run.stopped
    assert cell.failures == ("still running after 15 s",)


def test_a_client_that_is_ended_by_a_signal_does_not_survive(sweep: Sweeper) -> None:
    swept = sweep(
        """
        try:
            send()
        except http.client.RemoteDisconnected:
            os.kill(os.getpid(), signal.SIGABRT)
        except BROKEN:
            sys.exit(4)
        """,
        processes=True,
    )
    assert swept.cell("EMPTY_RESPONSE before storing").failures == ("ended by SIGABRT",)
    assert swept.cell("500 crash").passed


@pytest.fixture(scope="module")
def impatient(sweep: Sweeper) -> Swept:
    """A client that crashes on a second 429."""
    with pytest.MonkeyPatch.context() as patch:
        longer = 600  # on a busy machine, a retry at once may take more than the second of the contract
        patch.setattr(state.retry_after, "retry_after", lambda headers, now: longer * retry_after(headers, now))
        return sweep(
            """
            try:
                call()
            except urllib.error.HTTPError as error:
                if error.code == 429:
                    call()
                sys.exit(3)
            except OSError:
                sys.exit(4)
            """,
            CONFIG,
            "config_api",
        )


def test_a_client_that_crashes_on_429_does_not_survive(impatient: Swept) -> None:
    cell = impatient.cell("429 rate_limit_exceeded", "always")
    assert cell.failures[0] == "ended by an uncaught error with exit code 1 (Python)"
    assert "HTTP Error 429" in cell.run.output


def test_retry_after_is_asked_for_and_not_heeded(impatient: Swept) -> None:
    run = impatient.cell("429 rate_limit_exceeded").run
    assert (run.retry_after, run.early_retry) == (1, True)
    assert "retried before the 1 s of Retry-After elapsed" in impatient.cell("429 rate_limit_exceeded").failures


def test_early_retries_may_be_ignored(impatient: Swept) -> None:
    judged = impatient.judged(ignore_retry_after=True)
    assert "429 rate_limit_exceeded" in judged.failing  # since it crashes on the second one
    assert not any("Retry-After" in each for cell in judged.sweep.cells for each in cell.failures)


def test_a_fault_has_no_phase_where_nothing_is_stored(impatient: Swept) -> None:
    assert impatient.cell("EMPTY_RESPONSE").passed
    assert impatient.sweep.baseline.storing == frozenset()


def test_exit_codes_are_those_that_the_user_expects(robust: Swept) -> None:
    expect = {"4xx": frozenset({3}), "409": frozenset({0}), "crash": frozenset({4}), "fault": frozenset({3, 4})}
    judged = robust.judged(expect=expect)
    assert judged.failing == {"409 duplicate"}
    assert judged.cell("409 duplicate").failures == ("exit code 3, where 0 is expected",)


@pytest.mark.parametrize(
    ("expectation", "wrong"),
    [
        ("6xx=1", r"'6xx' \(did you mean '5xx'\?\) is no class"),
        ("5xx", "wants"),
        ("5xx=one", "wants"),
        ("5xx=256", "wants"),
        ("toy.nothing:5xx=1", r"unknown operation 'toy\.nothing': there are toy\.createContact"),
        ("4*=1", r"'4\*' is no class"),
        ("toy.createContact:nothing=1", "'nothing' is no class .*, status, outcome of it or fault"),
    ],
)
def test_an_expectation_of_another_form_is_refused(sweep: Sweeper, expectation: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        sweep("send()", expect=(expectation,))


def test_what_is_expected_of_an_operation_goes_before_what_is_expected_of_all(robust: Swept) -> None:
    expect = {"*": frozenset({3, 4}), "4xx": frozenset({0}), "toy.createContact:*": frozenset({4})}
    judged = robust.judged(expect=expect)
    assert judged.cell("400 invalid").failures == ("exit code 3, where 4 is expected",)
    assert judged.cell("500 crash").passed


def test_names_may_be_expected_by_a_pattern(robust: Swept) -> None:
    judged = robust.judged(expect={"4xx": frozenset({3}), "dupl*": frozenset({0}), "*": frozenset({0, 3, 4})})
    assert judged.failing == {"409 duplicate"}


def test_too_many_requests_may_be_a_failure(robust: Swept) -> None:
    judged = robust.judged(most_requests=1)
    assert judged.cell("500 crash").failures == ("sent 2 requests, more than 1",)
    assert judged.cell("400 invalid").passed


@pytest.mark.parametrize(
    ("client", "complaint"),
    [
        ("sys.exit(5)", "the baseline run failed with exit code 5"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "the baseline run was ended by SIGKILL"),
        ("pass", "the client called no operation of the mocks in its baseline run: it finds them at CRM_MOCKS_URL"),
        (
            "environ['CRM_MOCKS_TOY_URL'] += '/~mine'; send()",
            "the client called no operation of the mocks in its baseline run, but sent 1 request in a session that it "
            "named itself, 'mine': each run needs the session of CRM_MOCKS_URL",
        ),
        (
            "environ['CRM_MOCKS_TOY_URL'] += '/toy'\ntry: send()\nexcept BROKEN: pass",
            "the client called no operation of the mocks in its baseline run, but sent 1 request that fits none, such "
            "as POST /toy/toy/contacts",
        ),
        ("time.sleep(60)", "the baseline run was still going after 1 s, the limit of --timeout"),
    ],
)
def test_a_client_that_fails_its_baseline_run_is_not_swept(sweep: Sweeper, client: str, complaint: str) -> None:
    swept = sweep(client, seconds=1.0 if "sleep" in client else 60.0, processes=True)
    assert swept.sweep.complaint.startswith(complaint)
    assert (swept.sweep.cells, swept.sweep.exit_code) == ((), 2 if swept.sweep.baseline.stopped else 1)


def test_only_the_operations_named_are_swept(sweep: Sweeper) -> None:
    swept = sweep("call()", CONFIG, "config_api", operations=("config_api.createLead",))
    assert "calls nothing of config_api.createLead in its baseline run" in swept.sweep.complaint
    with pytest.raises(UsageError, match=r"unknown operation 'toy\.nothing': there are toy\.createContact"):
        sweep("send()", operations=("toy.nothing",))
    with pytest.raises(UsageError, match="unknown vendor 'nobody': served are toy"):
        sweep("send()", vendors=("nobody",))


@pytest.mark.usefixtures("patient_stop")
def test_no_client_is_left_behind_when_the_sweep_is_ended() -> None:
    clients = OneShotProgram(python("import time; time.sleep(60)"), 60.0)
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(clients.run, dict(os.environ))
        while not clients._running:
            time.sleep(0.01)
        clients.stop()
        assert run.result(timeout=60).exit.signal == "SIGTERM"
        with pytest.raises(SystemExit):
            clients.run(dict(os.environ))


def test_a_sweep_that_is_interrupted_reports_what_it_has_done(sweep: Sweeper) -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    found = sweep("call()", CONFIG, "config_api", progress=interrupt).sweep
    assert (len(found.cells), found.exit_code) == (1, 130)
    assert "the sweep was interrupted: 27 of 28 runs were not made" in render(report(found), "terminal")


@pytest.mark.parametrize(
    "leave",
    [
        "pass",
        pytest.param(
            "os.setsid()",
            marks=pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs others' environments"),
        ),
    ],
)
def test_processes_that_a_client_leaves_behind_are_ended(leave: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    script = f"""
    import os, sys, time
    pipe = open(sys.argv[1], "w")
    if not os.fork():
        {leave}
        print("started", file=pipe, flush=True)
        time.sleep(60)
        print("still there", file=pipe)
    """
    with watchdog(kills_leftovers=True):
        OneShotProgram((*python(script), str(pipe)), 60.0).run(dict(os.environ))
    os.set_blocking(reading, True)
    with os.fdopen(reading) as came:
        assert "still there" not in came.read()  # ends when nobody has the pipe open


def test_the_end_of_an_output_is_kept_however_long_it_is() -> None:
    ran = OneShotProgram(python("print('x' * 9_000_000)\nprint('the end')"), 60.0).run(dict(os.environ))
    assert ran.output.endswith("x\nthe end")
    assert len(ran.output) < 5000


def test_a_client_that_prints_without_end_is_stopped() -> None:
    ran = OneShotProgram(python("while True: print('again')"), 0.5).run(dict(os.environ))
    assert ran.exit.stopped
    assert len(ran.output) < 5000


def test_it_is_noted_when_a_client_ends_alike_whatever_it_is_given(robust: Swept) -> None:
    sweep = robust.sweep
    assert sweep.notes == ()
    cells = [replace(cell, run=replace(cell.run, code=0)) for cell in sweep.cells]
    (note,) = SweepJudge(PassCriteria(), sweep.baseline, cells).notes()
    assert note.startswith("the client ended with 0 for all faults, as in the baseline run")
    assert not list(SweepJudge(PassCriteria(expect={"fault": frozenset({0})}), sweep.baseline, cells).notes())


def test_it_is_noted_when_the_baseline_run_is_refused(robust: Swept) -> None:
    refused = replace(robust.sweep.baseline, outcomes={})
    (note,) = SweepJudge(PassCriteria(), refused, robust.sweep.cells).notes()
    assert note == "toy.createContact refused all requests of the baseline run: the client's data may be wrong"


def test_a_request_that_breaks_the_contract_after_an_error_is_a_finding_with_the_answer_that_led_to_it(
    sweep: Sweeper,
) -> None:
    swept = sweep(
        """
        try:
            send()
        except urllib.error.HTTPError as error:
            if error.code == 500:
                try:
                    send(email=7)
                except BROKEN:
                    pass
            sys.exit(3)
        except BROKEN:
            sys.exit(4)
        """
    )
    assert swept.failing == set()
    (reaction,) = swept.sweep.reactions
    assert (reaction.finding.rule, reaction.finding.location) == ("type", ("body", "email"))
    assert set(reaction.after) == {"500 crash of toy.createContact"}
    assert {each.source for each in reaction.finding.occurrences} == {
        "toy.createContact, 500 crash, once",
        "toy.createContact, 500 crash, always",
    }
    assert swept.sweep.exit_code == 1
    text = render(report(swept.sweep), "terminal")
    assert "Not survived: 0 of 36 runs failed; its requests break 1 rule" in text
    assert "Requests that break the contract" in text


def test_requests_of_the_baseline_run_are_held_to_the_contract_too(sweep: Sweeper) -> None:
    swept = sweep(
        """
        import contextlib
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/konfig")
        try:
            call()
        except OSError:
            sys.exit(3)
        """,
        CONFIG,
        "config_api",
    )
    (reaction,) = swept.sweep.reactions
    assert (reaction.finding.rule, reaction.finding.request) == ("path", "GET /v1/leads/konfig")
    assert (reaction.finding.first.source, reaction.after[0]) == ("the baseline run", "")
    assert swept.sweep.exit_code == 1
