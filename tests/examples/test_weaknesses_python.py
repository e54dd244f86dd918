"""The Python examples survive generated answers, and each weakness seeded into them is brought out by one."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

import crm_mocks
from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.documented import documented
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.pools import pool
from crm_contracts.pages.weaknesses.regions import Region, regions
from crm_contracts.pytest_plugin.channel import SocketChannel
from crm_contracts.pytest_plugin.mocks import Mocks, opened
from tests.examples.test_examples import EXAMPLES, typed

MANY = 25
"""How often an answer is given that a client without end is to meet."""


@dataclass(frozen=True)
class Case:
    """What breaks a weak client: a documented answer with one alteration, given so often."""

    operation: str
    outcome: str
    words: str
    times: int = 1
    limit: str = "5"


CREATED = ("config_api.createLead", "created_full")
CONFIG = ("config_api.getLeadConfig", "lead_config")
LEAD = ("crmcom.createLead", "created_by_defaults")
BATCH = ("leadbank.getLeads", "leads")
CASES = {
    "config_api_requests": {
        "first_member": Case(*CREATED, "members come in the order of the alphabet"),
        "two_spellings": Case(*CONFIG, "header names are in upper case"),
        "content_length": Case(*CREATED, "the body comes in chunks"),
        "error_code": Case(CREATED[0], "duplicate_customer", "body.errorCode is absent"),
        "strict_members": Case(*CREATED, "body._links is a member that is not documented"),
        "known_modes": Case(*CONFIG, 'body.genderMode is "SOMETHING_NEW", a value that is not documented'),
        "id_as_float": Case(*CREATED, "body.id is 9007199254740993, above 2**53"),
        "field_by_field": Case(*CONFIG, "body.additionalInformation has 1000 entries that are the same"),
        "half_an_answer": Case(*CREATED, "the body ends in the middle"),
        "only_timeouts": Case(*CREATED, "the connection is reset, before the request has taken its effect"),
        "no_time_limit": Case(*CONFIG, "no answer comes, before the request has taken its effect", limit="0.1"),
    },
    "crmcom_httpx": {
        "code_in_the_text": Case(*LEAD, "the body is indented"),
        "exact_media_type": Case("crmcom.createToken", "token_issued", "Content-Type is APPLICATION/JSON"),
        "default_for_null": Case(LEAD[0], "user_unknown", "body.status.description is null"),
        "plain_letters": Case(*LEAD, 'body.data.number is "Zo\\u00eb \\u0141ukasz", with letters beyond ASCII'),
        "declared_charset": Case(*LEAD, "Content-Type is application/json; charset=x-unknown"),
        "documented_failures": Case(*LEAD, "a proxy answers 502 Bad Gateway with an HTML page"),
        "retried_create": Case(*LEAD, "the connection is reset, after the request has taken its effect"),
        "tokens_without_end": Case(LEAD[0], "token_expired", "members come in reverse order", times=MANY),
    },
    "leadbank_puller": {
        "nameless_dealer": Case(*BATCH, "body.Leads.0.BandDealerID is null"),
        "naive_dates": Case(
            *BATCH,
            'body.Leads.0.CreateDate is "2024-10-15T05:29:19.1234567", a moment with 7 digits of a second and no zone',
        ),
        "status_above_one": Case("leadbank.validateGetLeads", "confirmed", 'body.Status is "1", a number in quotes'),
        "title_of_a_page": Case(*BATCH, "Content-Type is text/html"),
        "first_byte": Case("leadbank.sendAcknos", "acknowledged", "the body is empty"),
        "late_piece": Case(*BATCH, "the body comes slowly", limit="0.6"),
        "until_it_answers": Case(*BATCH, "a proxy answers 503 Service Temporarily Unavailable with an HTML page", MANY),
    },
}
FOLDERS = {"config_api_requests": "lead.json", "crmcom_httpx": "lead.json", "leadbank_puller": "1"}
SEEDED = {folder: regions(EXAMPLES / folder) for folder in FOLDERS}
ALL = [pytest.param(folder, each, id=f"{folder}-{each.name}") for folder, found in SEEDED.items() for each in found]


@pytest.fixture(scope="module")
def mocks() -> Iterator[Mocks]:
    vendors: dict[str, dict[str, str]] = {"config_api": {}, "crmcom": {}, "leadbank": {}}
    with crm_mocks.serve(list(vendors), port=0) as server:
        channel = SocketChannel(server.url)
        yield opened(channel, "weaknesses", [], vendors)
        channel.close()


@pytest.fixture
def environment(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    mocks.reset()
    told = {f"{name}_URL": mocks.url for name in ("CONFIG_API", "CRMCOM", "LEADBANK")}
    told |= {f"CRMCOM_{name}": "demo" for name in ("USERNAME", "PASSWORD", "ORGANISATION")}
    told |= {"CONFIG_API_KEY": "demo-key"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WEAKNESS", raising=False)
    return {**os.environ, **told}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the persistent form of an example; modules of two examples have the same names."""
    before = set(sys.modules)

    def load(folder: str) -> ModuleType:
        monkeypatch.chdir(EXAMPLES / folder)
        monkeypatch.syspath_prepend(str(EXAMPLES / folder))
        return importlib.import_module("persistent")

    yield load
    for name in set(sys.modules) - before:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(EXAMPLES)):
            del sys.modules[name]


def altered(case: Case) -> FuzzedAnswer:
    """Return the answer of a case."""
    operation, status = documented(case.operation, None, case.outcome)[0], case.outcome
    found = pool(operation)
    for allowed, alterations in ((True, found.allowed), (False, found.forbidden)):
        for each in (each for kind in alterations.values() for each in kind if each.words == case.words):
            draft = each.change(operation.draft)
            return FuzzedAnswer(
                operation=case.operation,
                unusual=each.words,
                allowed=allowed,
                kind=each.kind,
                outcome=status,
                status=draft.status,
                headers=draft.headers,
                body=draft.body,
                chunked=draft.chunked,
                fault=draft.fault,
                delay_ms=1000 if draft.delay_ms else 0,
                phase=draft.phase,
            )
    raise AssertionError(f"nothing is done to {case.outcome} that is: {case.words}")


@dataclass(frozen=True)
class Ran:
    """A run of a client.

    Attributes:
        code: exit code; that of Python where an exception ended it.
        output: that it printed.
        errors: what it printed of errors.
        requests: how many it sent.
        stored: how many leads there are in CRM.COM, which knows no duplicates.
    """

    code: int
    output: str
    errors: str
    requests: int
    stored: int

    def breaks(self, case: Case, answer: FuzzedAnswer) -> bool:
        """Tell whether it has not survived, by the rules of fuzzing and the options in the READMEs."""
        if self.code not in (os.EX_OK, os.EX_DATAERR, os.EX_TEMPFAIL, os.EX_NOPERM) or self.stored > 1:
            return True
        if answer.kind is Kind.HANG:
            return "timed out" not in self.errors  # it has waited until the CRM gave up
        if answer.kind is Kind.TRUNCATED_BODY:
            return self.code != os.EX_TEMPFAIL
        wrong = case.operation == CREATED[0] and self.code == os.EX_OK
        return self.requests > case.times > 1 or (wrong and self.output != f"{json.loads(answer.body)['id']}\n")


@pytest.fixture
def run(load: Any, environment: dict[str, str], mocks: Mocks, monkeypatch: Any, capsys: Any) -> Any:
    def run(folder: str, name: str, case: Case, answer: FuzzedAnswer) -> Ran:
        for prefix in ("CONFIG_API", "CRMCOM", "LEADBANK"):
            monkeypatch.setenv(f"{prefix}_TIME_LIMIT", case.limit)
        monkeypatch.setenv("WEAKNESS", name)
        monkeypatch.setattr(sys, "stdin", io.StringIO("run\n"))
        mocks.reset()
        mocks.vendors[case.operation.partition(".")[0]].respond(answer, times=case.times)
        persistent, argument = load(folder), FOLDERS[folder]
        capsys.readouterr()
        try:
            persistent.serve(int(argument) if argument.isdecimal() else argument)
            code = None
        except Exception:  # noqa: BLE001  # a crash is what is looked for
            code = 1
        printed = capsys.readouterr()
        output, _, told = printed.out.removeprefix("ready\n").rpartition("ready ")
        return Ran(
            int(told) if code is None else code,
            output,
            printed.err,
            len(mocks.exchanges()),
            len(mocks.vendors["crmcom"].records("leads")),
        )

    return run


@pytest.mark.parametrize(("folder", "weakness"), ALL)
def test_an_answer_breaks_the_weak_client_and_not_the_hardened_one(
    folder: str, weakness: Region, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[folder][weakness.name]
    answer = altered(case)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    hardened, weak = (run(folder, name, case, answer) for name in ("", weakness.name))
    assert not hardened.breaks(case, answer), hardened
    assert weak.breaks(case, answer), weak


@pytest.mark.parametrize(("folder", "weakness"), ALL)
def test_a_weakness_is_told_as_it_is_found(folder: str, weakness: Region) -> None:
    kind = altered(CASES[folder][weakness.name]).kind
    if weakness.kind == "retry made a duplicate":
        assert kind is Kind.LOST_ANSWER
    elif weakness.kind != "hang":
        assert weakness.kind == kind
    assert weakness.code.startswith("class ")
    assert weakness.cure.startswith("def ")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_weakness_of_an_example_is_tried(folder: str, load: Any) -> None:
    assert [each.name for each in SEEDED[folder]] == list(CASES[folder]) == list(load(folder).WEAKNESSES)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_readme_shows_fuzzing_with_a_weakness(folder: str) -> None:
    fuzz, with_a_weakness = typed(folder)[-2:]
    assert fuzz.startswith("crm-mocks fuzz --persistent ")
    assert with_a_weakness in [f"WEAKNESS={name} {fuzz}" for name in CASES[folder]]


@pytest.mark.parametrize("folder", FOLDERS)
def test_one_process_makes_many_runs(folder: str, environment: dict[str, str], mocks: Mocks) -> None:
    command = (sys.executable, "persistent.py", FOLDERS[folder])
    with subprocess.Popen(
        command, cwd=EXAMPLES / folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        for _ in range(3):
            mocks.reset()
            print("run", file=program.stdin, flush=True)
            assert program.stdout.readline() != "ready 0\n"  # what the program prints
            assert program.stdout.readline() == "ready 0\n"
        program.stdin.close()
        assert program.wait(10) == 0
        assert program.stdout.read() == ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_weakness_that_there_is_not_is_named(folder: str, load: Any, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("WEAKNESS", "none")
    assert load(folder).serve("") == 2
    assert capsys.readouterr().err.startswith("there is no weakness 'none': WEAKNESS is one of ")
