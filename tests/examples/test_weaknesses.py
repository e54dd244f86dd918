"""Each weakness seeded into the examples is brought out by an answer that the hardened client survives."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import crm_mocks
from crm_contracts.clients.fuzz.campaign import FuzzOptions
from crm_contracts.clients.fuzz.cases import FuzzCase, FuzzCaseBuilder
from crm_contracts.clients.fuzz.criteria import EXPECTED_KINDS, FuzzJudge
from crm_contracts.clients.fuzz.weakness import FuzzResult, weakness_name
from crm_contracts.clients.harness import ClientHarness
from crm_contracts.clients.model import RunResult
from crm_contracts.clients.persistent import PersistentProgram
from crm_contracts.clients.workers import Worker
from crm_contracts.commands import fuzz
from crm_contracts.fuzz.example_responses import example_responses
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.fuzz.response_builder import Mutation
from tests.examples.test_examples import BY_NAME, EXAMPLES, typed
from tests.examples.weak_answers import ANSWERS, Weak
from tools.pages.examples import examples
from tools.pages.weaknesses.regions import regions

SYSEXITS = (os.EX_DATAERR, os.EX_TEMPFAIL, os.EX_NOPERM)
HANG = "hang"
LATE = (HANG, "no answer", "slow body")
"""Weaknesses that show when an answer is late; for others, an answer has long, since the machine may be busy."""
SECONDS = 2.0
"""Time limit of a run that is to hang."""

CASES = FuzzCaseBuilder(10.0)
FUZZED = {example.name: example for example in examples(EXAMPLES) if example.fuzz}
SEEDED = {name: {each.name: each for each in regions(example.folder)} for name, example in FUZZED.items()}
ALL = [(name, weakness) for name, found in SEEDED.items() for weakness in found]


def options_of(name: str) -> FuzzOptions:
    """Return the options in the README of an example."""
    return fuzz.parse_options(FUZZED[name].fuzz_words[1:])


def case_of(weak: Weak) -> FuzzCase:
    """Return the case of a weakness."""
    (start,) = example_responses(weak.operation, None, weak.outcome)
    found = mutation_pool(start)
    chosen: list[Mutation] = []
    allowed = True
    if weak.description:
        by_words = {
            each.description: (each, mutations is found.allowed)
            for mutations in (found.forbidden, found.allowed)
            for several in mutations.values()
            for each in several
        }
        mutation, allowed = by_words[weak.description]
        chosen = [mutation]
    return CASES.build(start, chosen, allowed=allowed, always=weak.always)


class Bench:
    """The clients of an example, hardened and weak, in one harness."""

    def __init__(self, name: str, harness: ClientHarness) -> None:
        self._name = name
        self._options = options_of(name)
        self._harness = harness
        self._clients: list[PersistentProgram] = []
        self._hardened = self._worker("")
        self.baseline = self._hardened.baseline_run()
        criteria = replace(self._options.criteria(harness, EXPECTED_KINDS), seconds=SECONDS)
        self.judge = FuzzJudge(criteria, self.baseline, self._options.output_criteria)
        for code in SYSEXITS:
            self.judge.learn(FuzzResult(case_of(next(iter(ANSWERS[name].values()))), RunResult(code, delivered=1)))

    def _worker(self, weakness: str, kind: str = "") -> Worker:
        """Return a worker with a client, which reads its folder and its weakness when it starts."""
        command = self._options.command
        if kind not in LATE:
            command = tuple(each.replace("=0.5", "=60") for each in command)
        client = PersistentProgram(command, SECONDS if weakness and kind == HANG else 120.0)
        self._clients.append(client)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
            patch.delenv("MISTAKE", raising=False)
            patch.setenv("WEAKNESS", weakness) if weakness else patch.delenv("WEAKNESS", raising=False)
            return Worker(self._harness, f"{self._name}-{weakness or 'hardened'}-{kind.replace(' ', '_')}", client)

    def tried(self, weakness: str) -> tuple[FuzzResult, FuzzResult]:
        """Run the case of a weakness with the hardened client, and with the weak one."""
        case = case_of(ANSWERS[self._name][weakness])
        kind = SEEDED[self._name][weakness].kind
        workers = (self._worker("", kind) if kind in LATE else self._hardened, self._worker(weakness, kind))
        one, two = (self.judge.judged(worker.run(case, self.baseline)) for worker in workers)
        self._clients[-1].stop()
        return one, two

    def close(self) -> None:
        for client in self._clients:
            client.stop()


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClientHarness]:
    with crm_mocks.serve(port=0) as mocks:
        yield ClientHarness(mocks, tmp_path_factory.mktemp("harness"))


@pytest.fixture(scope="module")
def benches(harness: ClientHarness) -> Iterator[dict[str, Bench]]:
    made: dict[str, Bench] = {}
    yield made
    for bench in made.values():
        bench.close()


@pytest.mark.parametrize(("name", "weakness"), ALL)
def test_an_answer_breaks_the_weak_client_and_not_the_hardened_one(
    name: str, weakness: str, harness: ClientHarness, benches: dict[str, Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = BY_NAME[name].needs
    if shutil.which(needs) is None:
        pytest.skip(f"examples/{name} needs {needs}, which is not installed here")
    monkeypatch.chdir(EXAMPLES / name)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    if name not in benches:
        benches[name] = Bench(name, harness)
    hardened, weak = benches[name].tried(weakness)
    assert hardened.run.delivered
    assert hardened.failures == ()
    assert weak.failures, weak.printed
    assert weakness_name(weak) == SEEDED[name][weakness].kind


@pytest.mark.parametrize("name", FUZZED)
def test_every_weakness_of_an_example_is_tried(name: str) -> None:
    assert set(SEEDED[name]) == set(ANSWERS[name])


@pytest.mark.parametrize("name", FUZZED)
def test_the_readme_shows_fuzzing_with_a_weakness(name: str) -> None:
    baseline, (first, *others) = (shlex.split(command.replace("\\\n", "")) for command in typed(name)[-2:])
    assert baseline[:3] == ["crm-mocks", "fuzz", "--persistent"]
    assert others == baseline
    assert first in [f"WEAKNESS={weakness}" for weakness in SEEDED[name]]


@pytest.mark.parametrize("name", FUZZED)
def test_a_weakness_that_there_is_not_is_named(name: str) -> None:
    if shutil.which(BY_NAME[name].needs) is None:
        pytest.skip(f"examples/{name} needs {BY_NAME[name].needs}, which is not installed here")
    done = subprocess.run(
        options_of(name).command,
        cwd=EXAMPLES / name,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "WEAKNESS": "nothing_of_the_kind",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "there is no weakness 'nothing_of_the_kind'" in done.stderr


def test_examples_in_three_languages_are_fuzzed() -> None:
    assert len(ALL) >= 25
    assert {Path(each.file).suffix for found in SEEDED.values() for each in found.values()} >= {".py", ".js", ".pm"}
