"""The recipe of docs/new-crm.md, carried out in an empty folder with the installed wheel, in the order of the page."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests import wheel
from tests.docs.recipe import follow, steps
from tests.docs.snippets import RECIPE


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    wheel.install(wheel.build(wheel.ROOT, folder), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def done(
    site: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> tuple[Path, dict[str, str]]:
    """Carry out all steps of the page; return the folder and the output of each command."""
    folder = tmp_path_factory.mktemp("empty")
    return folder, follow(RECIPE, folder, wheel.environment(site), write=pytestconfig.getoption("--write-outputs"))


def test_the_installed_wheel_is_used(site: Path, tmp_path: Path) -> None:
    command = ["python", "-c", "import crm_mocks; print(crm_mocks.__file__)"]
    printed = subprocess.run(command, cwd=tmp_path, env=wheel.environment(site), capture_output=True, check=True).stdout
    assert Path(printed.decode().strip()).is_relative_to(site)


def test_the_third_command_gives_a_verdict(done: tuple[Path, dict[str, str]]) -> None:
    commands = [command for command in done[1] if command.startswith("crm-mocks")]
    assert "their_crm.createContact  POST /v1/contacts" in done[1][commands[2]]
    assert "Contract kept: 2 exchanges" in done[1][commands[2]]


def test_the_tests_of_the_vendor_pass(done: tuple[Path, dict[str, str]]) -> None:
    outputs = [output for command, output in done[1].items() if "pytest" in command]
    assert "6 passed" in outputs[-1]


def test_a_rule_takes_ten_lines() -> None:
    (code,) = [step.text for step in steps(RECIPE) if step.file.endswith("their_crm/__init__.py")]
    rule = code[code.index("    async def respond") : code.index("    def magic")]
    assert len(rule.strip().splitlines()) <= 10


def test_a_distribution_installed_beside_ours_is_served(
    done: tuple[Path, dict[str, str]], site: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(done[0], tmp_path / "project")
    wheel.install(wheel.build(project, tmp_path / "dist"), tmp_path / "theirs")
    environment = wheel.environment(site, tmp_path / "theirs")
    ready = tmp_path / "ready.json"
    command = ["crm-mocks", "serve", "their_crm", "--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("ready ")
            about = json.loads(ready.read_text("utf-8"))["vendors"]["their_crm"]
            statuses = [
                httpx.post(f"{about['url']}/v1/contacts", json={"email": "a@b.co"}, headers={"X-Key": "k"}).status_code
                for _ in range(2)
            ]
        finally:
            server.terminate()
    assert statuses == [201, 409]
