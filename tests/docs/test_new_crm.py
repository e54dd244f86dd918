"""The recipe of docs/new-crm.md, carried out: a copy of the project, the page's files, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import toy

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project to which the recipe was applied."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("mocks", "contracts", "openapi"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    toy.unpack(root)
    return root


def command(project: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    path = os.pathsep.join([str(project / "mocks"), str(project / "contracts")])
    return [sys.executable, "-m", *words], {**os.environ, "PYTHONPATH": path}


def test_the_recipe_keeps_the_house_rules(project: Path) -> None:
    words, environment = command(project, "crm_contracts.lint")
    done = subprocess.run(words, env=environment, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_new_crm_is_listed_with_the_others(project: Path) -> None:
    words, environment = command(project, "crm_mocks", "list", "--json")
    done = subprocess.run(words, env=environment, cwd=project, capture_output=True, text=True, check=True)
    assert "toy.createContact" in done.stdout


def test_the_new_crm_is_served_and_steered(project: Path) -> None:
    ready = project / "ready.json"
    words, environment = command(project, "crm_mocks", "serve", "--port", "0", "--ready-file", str(ready))
    with subprocess.Popen(words, env=environment, cwd=project, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith("ready ")
            about = json.loads(ready.read_text(encoding="utf-8"))["vendors"]["toy"]
            with httpx.Client(base_url=about["url"], headers=about["credentials"]) as client:
                answers = [
                    client.post("/toy/contacts", json={"email": email}).status_code
                    for email in ("ada@example.com", "ADA@example.com", "mock-crash@example.com")
                ]
        finally:
            server.terminate()
    assert answers == [201, 409, 500]
