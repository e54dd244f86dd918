"""What was found is written down so that it can be given again, and a test fails until the client is mended."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import crm_mocks
from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.fuzz import reproduction
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.expected_output import read_output_criteria
from crm_contracts.clients.fuzz.generated_test import ClientInvocation, source_of_test
from crm_contracts.clients.fuzz.weakness import FuzzResult, Weakness
from crm_contracts.clients.model import RunResult
from crm_contracts.fuzz.mutation_kinds import MutationKind
from tests.clients.fuzz.conftest import Fuzzed, program
from tests.clients.fuzz.fakes import BASELINE, CASES, mutations, start

LEAD = {"leadCustomer": {"firstname": "Ada", "lastname": "Byron", "email": "ada@example.com"}}
KEY = {"x-api-key": "demo-key"}
WAY = ClientInvocation(("python", "client.py"), 5.0, {})


def weakness(kind=MutationKind.TRUNCATED_BODY, *, allowed=False, always=False, **run) -> Weakness:
    case = CASES.build(start(), [mutations(kind, allowed=allowed)[0]], allowed=allowed, always=always)
    result = FuzzResult(
        case, RunResult(**{"code": 1, "requests": 1, "delivered": 1, **run}), "Traceback", ("exit code 1",)
    )
    return Weakness(result, 7, 1.5, 3)


def written(found, *, way=WAY, output=None, **criteria) -> str:
    """Return the test of a weakness, which is Python."""
    text = source_of_test(found, "found.json", way, FuzzJudge(PassCriteria(**criteria), BASELINE, output))
    ast.parse(text)
    return text


@pytest.mark.parametrize("always", [False, True])
def test_a_file_gives_back_what_was_written(tmp_path: Path, always: bool) -> None:
    found = weakness(always=always)
    kept = reproduction.keep(found, tmp_path / "new", WAY.command, 0)
    assert kept.path is not None
    again = reproduction.read(kept.path)
    assert (again.response, again.always) == (found.response, always)


def test_the_mocks_give_the_same_bytes_as_a_replay_and_from_the_queue(tmp_path: Path) -> None:
    found = weakness(MutationKind.CHARSET)
    document = reproduction.document(found, WAY.command, 0)
    with crm_mocks.serve(["config_api"], port=0, replay=[document]) as mocks:
        replayed, natural = (httpx.post(f"{mocks.url}/v1/leads/create", json=LEAD, headers=KEY) for _ in range(2))
        assert (replayed.status_code, replayed.content) == (found.response.status, found.response.body)
        assert natural.content != found.response.body
        assert httpx.post(f"{mocks.url}/__admin/responses", json=document).status_code == 201
        assert httpx.post(f"{mocks.url}/v1/leads/create", json=LEAD, headers=KEY).content == found.response.body


@pytest.mark.parametrize("words", [("body.id is 1", "body.id is -1"), (f"{'long ' * 30}a", f"{'long ' * 30}b")])
def test_answers_whose_names_would_be_alike_have_files_of_their_own(tmp_path: Path, words: tuple[str, str]) -> None:
    found = weakness()
    case = found.result.case
    several = (replace(case, response=replace(case.response, unusual=each, body=each.encode())) for each in words)
    kept = [
        reproduction.keep(replace(found, result=replace(found.result, case=each)), tmp_path, WAY.command, 0)
        for each in several
    ]
    assert len({each.path for each in kept}) == 2


def test_files_of_the_same_answer_have_the_same_name_and_others_another(tmp_path: Path) -> None:
    kept = [
        reproduction.keep(each, tmp_path, WAY.command, 0)
        for each in (weakness(), weakness(), weakness(MutationKind.NULL))
    ]
    assert len({each.path for each in kept}) == 2
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json"]


def test_the_test_fails_with_the_weak_client_and_passes_with_a_mended_one(reported: Fuzzed, tmp_path: Path) -> None:
    (test,) = (Path(each["test"]) for each in reported.report["weaknesses"][:1])
    mended = tmp_path / "test_mended.py"
    document = json.loads(Path(reported.report["weaknesses"][0]["reproduction"]).read_text("utf-8"))
    (tmp_path / f"{test.stem.removeprefix('test_')}.json").write_text(json.dumps(document), "utf-8")
    lines = test.read_text("utf-8").split("\n\n\n")
    head = lines[0][: lines[0].index("COMMAND = ")]
    mended.write_text("\n\n\n".join([f"{head}COMMAND = {list(program())!r}", *lines[1:]]), "utf-8")
    (tmp_path / test.name).write_text(test.read_text("utf-8"), "utf-8")
    baseline = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CRM_MOCKS"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tmp_path)],
        cwd=tmp_path,
        env=baseline,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert f"FAILED {test.name}" in done.stdout


def test_a_persistent_program_makes_one_run() -> None:
    text = written(weakness(), way=replace(WAY, ready_line="next?"))
    assert 'input="run\\n"' in text
    assert "'^next\\\\?(?: +(\\\\d+))?\\\\s*$'" in text


def test_the_exit_codes_are_those_that_were_right() -> None:
    assert "assert code in {0}, ran.stdout" in written(weakness())
    expect = {"forbidden": frozenset({75, 65})}
    assert "assert code in {65, 75}, ran.stdout" in written(weakness(), expect=expect)


def test_what_was_stored_twice_is_counted() -> None:
    text = written(weakness(extra_records={"config_api.leads": 1}))
    assert 'assert len(crm_mocks["config_api"].records("leads")) <= 1' in text


def test_what_was_printed_or_was_not_is_asserted() -> None:
    output = read_output_criteria(["^lead {body.id}$"], ["^Trace"])
    text = written(weakness(MutationKind.WHITE_SPACE, allowed=True, code=0), output=output)
    assert "assert not re.search('^Trace', ran.stdout, re.MULTILINE)" in text
    assert "assert re.search('^lead 1246358530$', ran.stdout, re.MULTILINE)" in text


def test_the_settings_of_the_mocks_are_set() -> None:
    text = written(weakness(), way=replace(WAY, settings={"config_api.rate_limit": "off"}))
    assert "crm_mocks.settings({'config_api.rate_limit': 'off'})" in text


def test_whatever_is_unusual_about_an_answer_the_test_is_python() -> None:
    found = weakness()
    odd = replace(found.response, unusual='"""\\ \u202e\n\ud83d' + "x" * 500)
    case = replace(found.result.case, response=odd)
    assert "x" * 101 not in written(replace(found, result=replace(found.result, case=case)))
