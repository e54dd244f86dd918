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
from crm_contracts.commands import fuzz
from crm_contracts.fuzz.documented import documented
from crm_contracts.fuzz.draft import Alteration
from crm_contracts.fuzz.pools import pool
from crm_contracts.fuzz.program.attempt import Attempt, Maker
from crm_contracts.fuzz.program.lanes import Lane
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.fuzz.program.rules import Judge
from crm_contracts.fuzz.program.runner import Asked, rules_of
from crm_contracts.trial.model import Did
from crm_contracts.trial.persistent import PersistentClient
from crm_contracts.trial.stand import Stand
from tests.examples.test_examples import BY_NAME, EXAMPLES, typed
from tests.examples.weak_answers import ANSWERS, Weak
from tools.pages.examples import examples
from tools.pages.weaknesses.regions import regions

SYSEXITS = (os.EX_DATAERR, os.EX_TEMPFAIL, os.EX_NOPERM)
SECONDS = 2.0
"""Time limit of a run that is to hang."""

MAKER = Maker(10.0)
FUZZED = {example.name: example for example in examples(EXAMPLES) if example.fuzz}
SEEDED = {name: {each.name: each for each in regions(example.folder)} for name, example in FUZZED.items()}
ALL = [(name, weakness) for name, found in SEEDED.items() for weakness in found]


def asked(name: str) -> Asked:
    """Return what the README of an example asks for."""
    return fuzz.asked_by(FUZZED[name].fuzz_words[1:])


def attempt(weak: Weak, maker: Maker) -> Attempt:
    """Return the answer of a weakness."""
    (start,) = documented(weak.operation, None, weak.outcome)
    found = pool(start)
    chosen: list[Alteration] = []
    allowed = True
    if weak.words:
        by_words = {
            each.words: (each, alterations is found.allowed)
            for alterations in (found.forbidden, found.allowed)
            for several in alterations.values()
            for each in several
        }
        alteration, allowed = by_words[weak.words]
        chosen = [alteration]
    return maker.make(start, chosen, allowed=allowed, always=weak.always)


class Bench:
    """The clients of an example, hardened and weak, on one stand."""

    def __init__(self, name: str, stand: Stand) -> None:
        self._name = name
        self._asked = asked(name)
        self._stand = stand
        self._clients: list[PersistentClient] = []
        self.hardened = self._lane("")
        self.plain = self.hardened.plain()
        self.judge = Judge(replace(rules_of(self._asked, stand), seconds=SECONDS), self.plain)
        for code in SYSEXITS:
            self.judge.learn(Trial(attempt(next(iter(ANSWERS[name].values())), MAKER), Did(code, met=1)))

    def _lane(self, weakness: str) -> Lane:
        """Return a lane with a client, which finds its folder and its weakness as it starts."""
        client = PersistentClient(self._asked.command, SECONDS if weakness else 60.0)
        self._clients.append(client)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
            patch.delenv("MISTAKE", raising=False)
            patch.setenv("WEAKNESS", weakness) if weakness else patch.delenv("WEAKNESS", raising=False)
            return Lane(self._stand, f"{self._name}-{weakness or 'hardened'}", client)

    def tried(self, weakness: str) -> tuple[Trial, Trial]:
        """Give the answer of a weakness to the hardened client, and to the weak one."""
        answer = attempt(ANSWERS[self._name][weakness], MAKER)
        lanes = (self.hardened, self._lane(weakness))
        one, two = (self.judge.judged(lane.try_(answer, self.plain, fresh=False)) for lane in lanes)
        self._clients[-1].stop()
        return one, two

    def close(self) -> None:
        for client in self._clients:
            client.stop()


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with crm_mocks.serve(port=0) as mocks:
        yield Stand(mocks, tmp_path_factory.mktemp("stand"))


@pytest.fixture(scope="module")
def benches(stand: Stand) -> Iterator[dict[str, Bench]]:
    made: dict[str, Bench] = {}
    yield made
    for bench in made.values():
        bench.close()


@pytest.mark.parametrize(("name", "weakness"), ALL)
def test_an_answer_breaks_the_weak_client_and_not_the_hardened_one(
    name: str, weakness: str, stand: Stand, benches: dict[str, Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    needs = BY_NAME[name].needs
    if shutil.which(needs) is None:
        pytest.skip(f"examples/{name} needs {needs}, which is not installed here")
    monkeypatch.chdir(EXAMPLES / name)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    if name not in benches:
        benches[name] = Bench(name, stand)
    hardened, weak = benches[name].tried(weakness)
    assert hardened.did.met
    assert hardened.failures == ()
    assert weak.failures, weak.printed
    assert weak.weakness == SEEDED[name][weakness].kind


@pytest.mark.parametrize("name", FUZZED)
def test_every_weakness_of_an_example_is_tried(name: str) -> None:
    assert set(SEEDED[name]) == set(ANSWERS[name])


@pytest.mark.parametrize("name", FUZZED)
def test_the_readme_shows_fuzzing_with_a_weakness(name: str) -> None:
    plain, (first, *others) = (shlex.split(command.replace("\\\n", "")) for command in typed(name)[-2:])
    assert plain[:3] == ["crm-mocks", "fuzz", "--persistent"]
    assert others == plain
    assert first in [f"WEAKNESS={weakness}" for weakness in SEEDED[name]]


@pytest.mark.parametrize("name", FUZZED)
def test_a_weakness_that_there_is_not_is_named(name: str) -> None:
    if shutil.which(BY_NAME[name].needs) is None:
        pytest.skip(f"examples/{name} needs {BY_NAME[name].needs}, which is not installed here")
    done = subprocess.run(
        asked(name).command,
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
