"""A file that a command writes is none that it reads, and no other that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main

TRAFFIC = {
    "log": {
        "version": "1.2",
        "entries": [
            {
                "request": {"method": "GET", "url": "http://crm.example/v1/leads/config", "headers": []},
                "response": {"status": 500, "headers": [], "content": {}},
            }
        ],
    }
}
CONTRACT = "openapi: 3.0.3\ninfo: {title: Leads, version: '1'}\npaths: {}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "in").write_text(json.dumps(TRAFFIC))
    (tmp_path / "a.yaml").write_text(CONTRACT)
    (tmp_path / "link").symlink_to("in")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("check in --json in", "FILE... and --json name the same file: in"),
        ("check in --html ./link", "FILE... and --html name the same file: link"),
        ("check in --junit out --markdown out", "--junit and --markdown name the same file: out"),
        ("check in --config out --write-baseline out", "--config and --write-baseline name the same file: out"),
        ("serve --port 0 --config in --ready-file in", "--config and --ready-file name the same file: in"),
        ("serve --port 0 --seed-file in --journal in", "--seed-file and --journal name the same file: in"),
        ("run --journal out --json out -- true", "--journal and --json name the same file: out"),
        ("learn in --output in --force", "FILE... and --output name the same file: in"),
        ("lint ./in --json in", "[FILE|VENDOR]... and --json name the same file: in"),
        ("diff in@release=R1 in --html in", "OLD NEW | --since REVISION FILE... and --html name the same file: in"),
        ("check in --contract their=a.yaml --json a.yaml", "the contract their and --json name the same file: a.yaml"),
        ("run --contract ./a.yaml --html a.yaml -- true", "the contract a and --html name the same file: a.yaml"),
        ("serve ./a.yaml --port 0 --ready-file a.yaml", "the contract a and --ready-file name the same file: a.yaml"),
    ],
)
def test_a_file_with_two_parts_is_refused_and_stays(arguments: str, message: str, folder: Path) -> None:
    done = CliRunner().invoke(main, arguments.split())
    assert (done.exit_code, done.stderr) == (2, f"crm-mocks: {message}\n")
    assert json.loads((folder / "in").read_text()) == TRAFFIC
    assert (folder / "a.yaml").read_text() == CONTRACT
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        "check in --json /dev/null --html /dev/null",
        "check in --json /dev/stdout --baseline baseline --write-baseline baseline",
        "coverage report --json report",
        "run --json in -- true in",
        "lint config_api --json config_api",
    ],
)
def test_what_loses_nothing_is_allowed(arguments: str) -> None:
    assert CliRunner().invoke(main, ["check", "in", "--json=report", "--write-baseline=baseline"]).exit_code == 0
    done = CliRunner().invoke(main, arguments.split())
    assert done.exit_code in (0, 1), done.output
