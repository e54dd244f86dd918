"""Usage errors are one line on stderr with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from crm_mocks.vendor import vendor_names
from tests.server.serving import any_vendor, refused, refused_here, run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sevre"], "No such command 'sevre'"),
        (["--nothing"], "No such option"),
        (["serve", "--port", "many"], "'--port'"),
        (["serve", "--port", "70000"], "'--port'"),
        (["serve", "--seed", "x"], "'--seed'"),
        (["serve", "--log", "loud"], "'--log'"),
        (["serve", "--nothing"], "No such option"),
        (["serve", "nobody", "-p", "0"], "unknown vendor 'nobody'"),
        (["serve", "-p", "0", "--now", "soon"], "'soon' is not an ISO 8601 date-time"),
        (["serve", "-p", "0", "--now", "0001-01-01T00:00:00+23:59"], "ISO 8601"),
        (["serve", "-p", "0", "--set", "nobody.x=1"], "unknown setting 'nobody.x'"),
        (["serve", "-p", "0", "--set", "latency"], "must be <vendor>.<setting>=<value>"),
        (["serve", "-p", "0", "--host", "no.such.host.invalid"], "no such host"),
        (["serve", "-p", "0", "--host", "203.0.113.1"], "does not have that address"),
        (["serve", "-p", "0", "--host", ""], "no such host"),
        (["serve", "-p", "0", "--tls-cert", "/nowhere/cert.pem"], "cannot read /nowhere/cert.pem for TLS"),
        (["serve", "-p", "0", "--tls-key", "/nowhere/key.pem"], "requires --tls-cert"),
        (["serve", "-p", "0", "--admin-token", ""], "the admin token must be 1 to"),
        (["serve", "-p", "0", "--config", "/nowhere/c.yaml"], "cannot read /nowhere/c.yaml for --config"),
        (["serve", "-p", "0", "--seed-file", "/nowhere/s.yaml"], "cannot read /nowhere/s.yaml for --seed-file"),
        (["serve", "-p", "0", "--replay", "/nowhere/r.json"], "cannot read /nowhere/r.json for --replay"),
        (["list", "nobody"], "unknown vendor 'nobody'"),
        (["settings", "nobody"], "unknown vendor 'nobody'"),
        (["examples", "nobody"], "unknown vendor 'nobody'"),
        (["examples"], "examples [OPTIONS] VENDOR, where VENDOR is "),
        (["examples"], any_vendor()),
        (
            ["examples", f"{any_vendor()}.x"],
            f"is an operation in place of a vendor: write {any_vendor()} --operation x",
        ),
        (["list", f"{any_vendor()}.x"], f"is an operation in place of a vendor: write {any_vendor()}"),
        (["new"], "new [OPTIONS] NAME ("),
        (["frobnicate"], "No such command 'frobnicate': see crm-mocks --help"),
        (["help", "frobnicate"], "No such command 'frobnicate'"),
        (["serve", "--ready-file", "--", "-p", "0"], "Option '--ready-file' requires an argument before '--'"),
        (["serve", "--journal", "--port"], "Option '--journal' requires an argument before '--port'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_invalid_command_line_is_reported_in_one_line(arguments: list[str], message: str) -> None:
    assert message in refused_here(*arguments)


@pytest.mark.parametrize(
    ("arguments", "same"),
    [(["help"], ["--help"]), (["help", "list"], ["list", "--help"]), (["version"], ["--version"])],
    ids=" ".join,
)
def test_words_that_many_programs_know_stand_for_options(arguments: list[str], same: list[str]) -> None:
    said, wanted = (CliRunner().invoke(main, each) for each in (arguments, same))
    assert (said.exit_code, said.output) == (0, wanted.output)


def test_an_invalid_setting_reports_the_valid_values() -> None:
    line = refused_here("serve", "-p", "0", "--set", f"{any_vendor()}.latency_ms=slow")
    assert "a whole number from 0 to" in line


def test_an_unknown_operation_is_reported() -> None:
    assert "has no operation 'nothing'" in refused_here("examples", any_vendor(), "--operation", "nothing")


@pytest.mark.parametrize("option", ["--config", "--seed-file"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [", "neither YAML nor JSON"),
        (b"\xff\xfe\x00", "neither YAML nor JSON"),
        (b"just text", "must have one section per vendor"),
        (b"[1, 2]", "must have one section per vendor"),
        (b"nobody: {x: 1}", "nobody"),
    ],
)
def test_an_invalid_file_is_reported(tmp_path: Path, option: str, content: bytes, message: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(content)
    assert message in refused_here("serve", any_vendor(), "-p", "0", option, str(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", ": must be an object"),
        ("just text", ": must be an object"),
        ("[{}, 5]", ", response 1: 'operation' is required"),
        ('{"operation": "nobody.x", "status": 500}', ": unknown operation 'nobody.x': known are "),
        ('{"operation": "OTHER", "status": 500}', ": unknown operation 'OTHER': known are "),
        (
            '[{"operation": "VENDOR", "status": 500}, {"operation": "VENDOR", "stat": 5}]',
            ", response 2: unknown member",
        ),
        ('{"operation": "VENDOR", "status": 500, "session": "s"}', ": must not have 'session'"),
        ("{operation: VENDOR, body: {[1]: x}}", " is neither YAML nor JSON: line 1: a key must be a string"),
        ('{"operation": "VENDOR", "body": "\\ud800"}', " is neither YAML nor JSON"),
    ],
)
def test_an_invalid_replay_file_is_reported_by_name(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "file.json"
    path.write_text(content.replace("VENDOR", any_vendor()).replace("OTHER", vendor_names()[1]))
    said = refused_here("serve", any_vendor(), "-p", "0", "--replay", str(path))
    assert f"{path}{message}".replace("OTHER", vendor_names()[1]) in said.replace(" for --replay", "")


@pytest.mark.parametrize("option", ["--config", "--seed-file", "--replay", "--tls-cert"])
def test_a_directory_instead_of_a_file_is_reported(tmp_path: Path, option: str) -> None:
    assert f"cannot read {tmp_path}" in refused_here("serve", any_vendor(), "-p", "0", option, str(tmp_path))


def test_a_process_reports_errors_in_one_line() -> None:
    assert "No such command 'sevre'" in refused("sevre")
    assert "unknown vendor 'nobody'" in refused("serve", "nobody", "--port", "0")


def test_without_a_command_the_help_is_printed() -> None:
    done = run()
    assert done.returncode == 0
    assert "serve" in done.stdout
    assert done.stdout == run("--help").stdout


def test_the_version_is_printed() -> None:
    from crm_mocks import __version__

    assert run("--version").stdout == f"crm-mocks {__version__}\n"
