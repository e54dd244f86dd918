"""Clients of examples/ in other languages than Python: each weakness breaks its client, and not the hardened one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

import crm_mocks
from crm_contracts.fuzz.kinds import Kind
from tests.examples.one_alteration import altered
from tests.examples.other_clients import CLIENTS, commands, declared, fuzzing
from tests.examples.persistent_program import Run
from tests.examples.stands import HANG, SYMPTOMS, Stands
from tests.examples.test_examples import EXAMPLES

WEAKNESSES = [(name, weakness) for name, client in CLIENTS.items() for weakness in client.answers]
PATIENCE = 0.4
"""Seconds that a client is given which does not end."""


@pytest.fixture(scope="module")
def stands() -> Iterator[Stands]:
    with crm_mocks.serve(["config_api", "leadbank"], port=0) as server:
        made = Stands(server.url)
        yield made
        made.close()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """The name of an example whose program is there."""
    name: str = request.param
    if shutil.which(CLIENTS[name].needs) is None:
        pytest.skip(f"examples/{name} needs {CLIENTS[name].needs}, which is not installed here")
    return name


@pytest.mark.parametrize(("name", "weakness"), WEAKNESSES, indirect=["name"])
def test_a_weakness_breaks_its_client_and_not_the_hardened_one(name: str, weakness: str, stands: Stands) -> None:
    operation, outcome, words = CLIENTS[name].answers[weakness]
    answer = altered(operation, outcome, words)
    kind = declared(name)[weakness][0]
    in_a_hurry = answer.kind is Kind.HANG
    assert stands.hardened(name, in_a_hurry=in_a_hurry).survives(answer) == ""
    with stands.weak(name, weakness, in_a_hurry=in_a_hurry) as weak:
        assert weak.plain.code == 0 or in_a_hurry, weak.plain.output
        broken = weak.survives(answer, PATIENCE if kind == HANG else 60.0)
    assert broken == kind if kind in SYMPTOMS else answer.kind == kind and broken and broken not in SYMPTOMS


@pytest.mark.parametrize("name", CLIENTS)
def test_every_weakness_of_a_client_is_tried(name: str) -> None:
    text = (EXAMPLES / name / CLIENTS[name].weaknesses).read_text("utf-8")
    assert text.count(" weakness: ") == len(declared(name))
    assert set(declared(name)) == set(CLIENTS[name].answers)


@pytest.mark.parametrize("name", CLIENTS)
def test_a_weakness_names_the_function_that_does_it_right(name: str) -> None:
    for _, function, file in declared(name).values():
        text = (EXAMPLES / name / file).read_text("utf-8")
        assert re.search(rf"^ *(async |sub )?{function} ?\(", text, re.MULTILINE), f"{function} in {file}"


@pytest.mark.parametrize("name", CLIENTS, indirect=True)
def test_the_persistent_form_makes_run_after_run(name: str, stands: Stands) -> None:
    stand = stands.hardened(name)
    again = stand.run()
    assert stand.program.first == Run(0, "")
    assert (stand.plain.code, again.code) == (0, 0)
    assert stand.plain.output
    assert again.output


@pytest.mark.parametrize("name", CLIENTS, indirect=True)
def test_the_persistent_form_ends_with_its_stdin(name: str) -> None:
    done = started(name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready\n", "")


@pytest.mark.parametrize("name", CLIENTS, indirect=True)
def test_a_weakness_that_there_is_not_is_told(name: str) -> None:
    done = started(name, WEAKNESS="nothing_of_the_kind")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "there is no weakness 'nothing_of_the_kind'" in done.stderr


def started(name: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start a client with an empty stdin, and wait for its end."""
    return subprocess.run(
        fuzzing(name).command,
        cwd=EXAMPLES / name,
        env={**os.environ, f"CRM_MOCKS_{CLIENTS[name].vendor.upper()}_URL": "http://127.0.0.1:9", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", CLIENTS)
def test_the_readme_shows_the_fuzzing_with_a_weakness(name: str) -> None:
    fuzz, (chosen, *weak) = commands(name)
    assert weak == fuzz
    assert chosen.removeprefix("WEAKNESS=") in CLIENTS[name].answers
