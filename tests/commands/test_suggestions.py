"""A misspelt name is answered with the one that was meant, in every option that takes names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from tests.extras import needs_verify
from tests.server.serving import refused_here

URL = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("sevre", "serve"),
        ("serve --prot 1", "--port"),
        ("lint --ignor x", "--ignore"),
        ("serve activx -p 0", "activix"),
        ("serve -p 0 --log jsn", "json"),
        ("serve -p 0 --set activx.path=/x", "activix"),
        ("serve -p 0 --set activix.pth=/x", "path"),
        ("serve -p 0 --set hots.redact=off", "host"),
        ("serve -p 0 --set redact=off", "host.redact"),
        ("serve -p 0 --set latency_ms=5", "leadbank.latency_ms"),
        ("serve -p 0 --set host.redct=off", "redact"),
        ("serve -p 0 --set leadbank.auth=baisc", "basic"),
        ("serve -p 0 --set host.redact=flase", "false"),
        ("list leadbnk", "leadbank"),
        ("settings leadbnk", "leadbank"),
        ("contract leadbnk", "leadbank"),
        ("contract crmcom --set relase=R11.0.0", "release"),
        ("contract crmcom --set release=R11.0.1", "R11.0.0"),
        ("contract crmcom --format ymal", "yaml"),
        ("examples leadbnk", "leadbank"),
        ("examples leadbank --operation getLead", "getLeads"),
        ("completion bsh", "bash"),
        ("check x.har --vendor leadbnk", "leadbank"),
        ("check x.har --allow leadbnk.getLeads:400", "leadbank.getLeads"),
        ("check x.har --allow leadbank.getLeads:payload_too_larg", "payload_too_large"),
        ("check x.har --allow position:activix-date-time", "activix-date-times"),
        ("check x.har --set activix.pth=/x", "path"),
        ("check x.har --report-assets besides", "beside"),
        ("coverage x.json --vendor leadbnk", "leadbank"),
        ("coverage x.json --hstory", "--history"),
        ("run --set activix.pth=/x -- true", "path"),
        ("run --vendor leadbnk -- true", "leadbank"),
        ("run --allow leadbnk.getLeads:400 -- true", "leadbank.getLeads"),
        ("sweep --vendor leadbnk -- true", "leadbank"),
        ("sweep --operation leadbank.getLead -- true", "leadbank.getLeads"),
        ("sweep --expect TIMEOT=1 -- true", "TIMEOUT"),
        ("sweep --expect leadbank.getLead:5xx=1 -- true", "leadbank.getLeads"),
        ("fuzz --vendor leadbnk -- true", "leadbank"),
        ("fuzz --operation leadbank.getLead -- true", "leadbank.getLeads"),
        ("fuzz --expect TIMEOT=1 -- true", "TIMEOUT"),
        (f"proxy leadbnk --to {URL}", "leadbank"),
        (f"proxy leadbank --to {URL} --set leadbank.auht=none", "auth"),
        (f"push activx --to {URL}", "activix"),
        (f"push activix --to {URL} --case new-laed", "new-lead"),
        (f"push activix --to {URL} --examine --skip new-laed", "new-lead"),
        (f"push activix --to {URL} --credential usernme=x", "username"),
        (f"push activix --to {URL} --set activix.pth=/x", "path"),
        (f"verify activx --url {URL}", "activix"),
        (f"verify activix --url {URL} --phases exmples", "examples"),
        (f"verify activix --url {URL} --credential usernme=x", "username"),
        pytest.param(f"verify activix --url {URL} --set activix.pth=/x", "path", marks=needs_verify),
        ("lint activx", "activix"),
        ("lint activix --rule handler-exist", "handler-exists"),
        ("lint activix --ignore handler-exist", "handler-exists"),
        ("lint activix --fail-on eror", "error"),
        ("lint activix --format githb", "github"),
        ("diff activx activix", "activix"),
        ("diff activix activix --for client", "clients"),
        ("diff crmcom crmcom@relase=R11.0.0", "release"),
    ],
)
def test_the_name_that_was_meant_is_in_the_line(line: str, meant: str) -> None:
    said = refused_here(*line.split())
    assert "did you mean" in said.lower()
    assert f"'{meant}'" in said


@pytest.mark.parametrize(
    ("option", "content", "meant"),
    [
        ("--config", {"activx": {"path": "/x"}}, "activix"),
        ("--config", {"activix": {"pth": "/x"}}, "path"),
        ("--config", {"leadbank": {"auth": "baisc"}}, "basic"),
        ("--seed-file", {"activx": {"leads": []}}, "activix"),
        ("--seed-file", {"activix": {"led": []}}, "leads"),
        ("--replay", {"operation": "activix.createLed", "status": 500}, "activix.createLead"),
        ("--replay", {"operation": "leadbank.getLeads", "example": "led"}, "leads"),
        ("--replay", {"operation": "leadbank.getLeads", "faut": "TIMEOUT"}, "fault"),
    ],
)
def test_the_key_of_a_file_that_was_meant_is_in_the_line(
    option: str, content: object, meant: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.json"
    file.write_text(json.dumps(content))
    said = refused_here("serve", "-p", "0", option, str(file))
    assert f"did you mean '{meant}'?" in said


@pytest.mark.parametrize(
    ("option", "content", "meant"), [("--credentials", "usernme: x", "username"), ("--data", "acounts: []", "accounts")]
)
def test_the_key_of_a_file_for_verify_that_was_meant_is_in_the_line(
    option: str, content: str, meant: str, tmp_path: Path
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(content)
    assert f"did you mean '{meant}'?" in refused_here("verify", "activix", "--url", URL, option, str(file))


def test_an_unknown_key_of_the_projects_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.crm-mocks]\nvendor_dirs = ["x"]\n')
    monkeypatch.chdir(tmp_path)
    assert "[tool.crm-mocks] has no key 'vendor_dirs': its key is 'vendor-dir'" in refused_here("list")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[tool.crm-mocks]\nvendor-dir = ["\\u0000"]', "has a null character"),
        ('[tool.crm-mocks]\nvendor-dir = "loop"', "no such folder"),
        (f"a = {'[' * 20_000}", "maximum recursion depth"),
    ],
    ids=["null character", "loop of links", "nesting"],
)
def test_a_folder_that_none_can_be_is_refused(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "pyproject.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert reason in refused_here("list")


@pytest.mark.parametrize("option", ["--vendor-dir", "--contract"])
def test_the_folder_of_an_unknown_user_is_a_name_like_any_other(option: str) -> None:
    assert "no such" in refused_here("list", option, "~nobody-of-this-name/crm.yaml")


@pytest.mark.parametrize("variable", ["CRM_MOCKS_ADMIN_TOKN", "CRM_MOCK_ADMIN_TOKEN", "crm_mocks_admin_token"])
def test_a_misspelt_variable_of_the_environment_is_mentioned(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "x")
    done = CliRunner().invoke(main, ["settings", "activix"])
    line = f"crm-mocks: nothing reads the environment variable {variable} (did you mean 'CRM_MOCKS_ADMIN_TOKEN'?)\n"
    assert (done.exit_code, done.stderr) == (0, line)


def test_variables_that_commands_set_or_read_are_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "READY_FILE", "CA_FILE", "ID", "CACHE", "ACTIVIX_URL", "ACTIVIX_PASSWORD", "LEADBANK_TOKEN"):
        monkeypatch.setenv(f"CRM_MOCKS_{name}", "off")
    assert CliRunner().invoke(main, ["settings", "activix"]).stderr == ""


def test_a_misspelt_variable_of_a_credential_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MOCKS_ACTIVIX_USERNAM", "x")
    said = refused_here("verify", "activix", "--url", URL)
    assert "CRM_MOCKS_ACTIVIX_USERNAM is no credential of activix (did you mean 'CRM_MOCKS_ACTIVIX_USERNAME'?)" in said
