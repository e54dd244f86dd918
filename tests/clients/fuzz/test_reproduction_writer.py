"""A test is kept only if it was seen to fail."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crm_contracts.clients.criteria import EXIT_CODE, PassCriteria
from crm_contracts.clients.fuzz import reproduction_writer
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.generated_test import ClientInvocation
from crm_contracts.clients.fuzz.generated_test_run import TestOutcome, run_generated_test
from crm_contracts.clients.fuzz.reproduction_writer import ReproductionWriter
from crm_contracts.clients.fuzz.weakness import FuzzResult, Weakness
from crm_contracts.clients.model import RunResult
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.fuzz.mutation_kinds import MutationKind
from tests.clients.fuzz.fakes import BASELINE, CASES, mutations, start


def weakness() -> Weakness:
    case = CASES.build(start(), mutations(MutationKind.NULL, allowed=False)[:1], allowed=False)
    run = RunResult(1, requests=1, delivered=1)
    return Weakness(FuzzResult(case, run, "lead None\nthat is no lead\n", ("exit code 1",), EXIT_CODE), 1, 0.1, 2)


def written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *outcomes: TestOutcome
) -> tuple[Weakness, ReproductionWriter]:
    """Write a weakness whose test has these outcomes, one after another; none is as when the time is over."""
    left = list(outcomes)

    def run(*_: object, **__: object) -> TestOutcome:
        if not left:
            raise DeadlineReached
        return left.pop(0)

    monkeypatch.setattr(reproduction_writer, "run_generated_test", run)
    invocation = ClientInvocation(("python", "client.py"), 5.0, {})
    writer = ReproductionWriter(folder, invocation, FuzzJudge(PassCriteria(), BASELINE), 0, None)
    found = writer.written(weakness(), with_test=True)
    assert left == []
    return found, writer


def test_a_test_that_fails_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = written(tmp_path, monkeypatch, TestOutcome.FAILED)
    assert found.test is not None
    assert "no lead" not in found.test.read_text("utf-8")
    assert found.remark == ""


def test_a_test_that_the_client_passes_asserts_what_it_printed_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = written(tmp_path, monkeypatch, TestOutcome.PASSED, TestOutcome.FAILED)
    assert found.test is not None
    assert "assert 'that is no lead' not in ran.stdout, ran.stdout" in found.test.read_text("utf-8")


def test_a_weakness_whose_test_the_client_passes_is_not_reproducible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = written(tmp_path, monkeypatch, TestOutcome.PASSED, TestOutcome.PASSED)
    assert found.test is None
    assert found.remark.startswith("not reproducible by a test")
    assert list(tmp_path.glob("*.py")) == []


def test_a_test_that_cannot_be_run_is_kept_and_said_to_be_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = written(tmp_path, monkeypatch, TestOutcome.ERROR)
    assert found.test is not None
    assert found.remark == "its test could not be run here"


def test_a_test_that_there_is_no_time_to_run_is_said_to_be_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, writer = written(tmp_path, monkeypatch)
    assert found.test is not None
    assert writer.cut_short == [f"{found.test} was not run"]


WRONG_KEY = "import urllib.request, urllib.error, pytest\n\n\ndef test_it(config_api):\n" + (
    "    with pytest.raises(urllib.error.HTTPError):\n"
    "        urllib.request.urlopen(config_api.url + '/v1/leads/config')\n"
)


@pytest.mark.parametrize(
    ("source", "by_contract", "outcome"),
    [
        ("def test_it():\n    assert [] == [1]\n", False, TestOutcome.FAILED),
        ("def test_it():\n    assert [], 'nothing'\n", False, TestOutcome.FAILED),
        (
            "import subprocess\n\ndef test_it():\n    subprocess.run(['sleep', '9'], timeout=0.1)\n",
            False,
            TestOutcome.FAILED,
        ),
        ("def test_it():\n    pass\n", False, TestOutcome.PASSED),
        (WRONG_KEY, False, TestOutcome.PASSED),
        (WRONG_KEY, True, TestOutcome.FAILED),
        ("def test_it():\n    raise OSError\n", False, TestOutcome.ERROR),
        ("def test_it(\n", False, TestOutcome.ERROR),
    ],
)
def test_the_outcome_is_that_of_the_tests_own_assertions(
    tmp_path: Path, source: str, by_contract: bool, outcome: TestOutcome
) -> None:
    (tmp_path / "test_it.py").write_text(source, "utf-8")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n", "utf-8")
    assert run_generated_test(tmp_path / "test_it.py", 60.0, None, by_contract=by_contract) is outcome


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_test_ends_with_the_campaign(tmp_path: Path, seconds: float) -> None:
    (tmp_path / "test_it.py").write_text("import time\n\ndef test_it():\n    time.sleep(60)\n", "utf-8")
    began = time.monotonic()
    with pytest.raises(DeadlineReached):
        run_generated_test(tmp_path / "test_it.py", 5.0, began + seconds)
    assert time.monotonic() - began < 30
