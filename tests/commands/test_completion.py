"""Completion in shells: by click's own classes, and by the real scripts in the shells."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm_mocks.cli.completion import Bash, Fish
from crm_mocks.cli.group import main
from crm_mocks.vendor_sources import forget_sources

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"


def _completed(line: str) -> list[str]:
    """Return the completions of a line in fish, whose words are whole, without their descriptions."""
    *words, incomplete = line.split(" ")
    restore = forget_sources()
    try:
        items = Fish(main, {}, "crm-mocks", "_CRM_MOCKS_COMPLETE").get_completions(words[1:], incomplete)
    finally:
        restore()
    return [item.value if item.type == "plain" else item.type for item in items]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("crm-mocks se", ["serve", "settings"]),
        ("crm-mocks serve --log ", ["text", "json", "off"]),
        ("crm-mocks serve --base", ["--base-path"]),
        ("crm-mocks serve config", ["config_api"]),
        ("crm-mocks serve ./con", ["file"]),
        ("crm-mocks serve activix config", ["config_api"]),
        ("crm-mocks serve --config ", ["file"]),
        ("crm-mocks serve --contract ./", ["file"]),
        ("crm-mocks serve --vendor-dir ", ["file"]),
        ("crm-mocks serve --set config_api.rate", ["config_api.rate_limit="]),
        ("crm-mocks serve crmcom --set ", ["crmcom.latency_ms=", "crmcom.release=", "crmcom.error_status="]),
        ("crm-mocks serve --set host.redact=", ["host.redact=true", "host.redact=false"]),
        ("crm-mocks serve --set leadbank.auth=b", ["leadbank.auth=basic"]),
        ("crm-mocks serve --set=leadbank.auth=b", ["--set=leadbank.auth=basic"]),
        ("crm-mocks serve --log=te", ["--log=text"]),
        ("crm-mocks contract crmcom --set rel", ["release="]),
        ("crm-mocks contract crmcom --set release=R11", ["release=R11.0.0", "release=R11.1.0"]),
        ("crm-mocks contract crmcom --format ", ["yaml", "json"]),
        ("crm-mocks examples crmcom --operation createL", ["createLead"]),
        ("crm-mocks completion ", ["bash", "zsh", "fish"]),
        ("crm-mocks new mine --contract ", ["file"]),
        ("crm-mocks run ./cl", ["file"]),
        ("crm-mocks run --allow activix.cr", ["activix.createLead:"]),
        ("crm-mocks check --allow crmcom.createLead:malf", ["crmcom.createLead:malformed_json"]),
        ("crm-mocks check --allow position:activix-date", ["position:activix-date-times"]),
        ("crm-mocks check --vendor lead", ["leadbank"]),
        ("crm-mocks coverage --history --js", ["--json"]),
        ("crm-mocks sweep --operation leadbank.get", ["leadbank.getLeads"]),
        ("crm-mocks sweep --vendor activix --operation ", ["activix.createLead", "activix.issueToken"]),
        ("crm-mocks sweep --expect 5", ["5xx="]),
        ("crm-mocks fuzz --expect leadbank.getLeads:", ["leadbank.getLeads:leads="]),
        ("crm-mocks push activix --only status-c", ["status-change"]),
        ("crm-mocks push activix --skip no-", ["no-content-type", "no-accept", "no-body"]),
        ("crm-mocks verify activix --phases scenarios,ex", ["scenarios,examples"]),
        ("crm-mocks verify leadbank --credential ", ["username=", "password="]),
        ("crm-mocks lint --rule handler", ["handler-exists"]),
        ("crm-mocks lint --fail-on ", ["error", "warning"]),
        ("crm-mocks lint act", ["activix"]),
        ("crm-mocks diff crm", ["crmcom"]),
        ("crm-mocks diff activix --report-assets ", ["inline", "beside"]),
        ("crm-mocks examples nobody --operation x", []),
    ],
)
def test_names_are_completed(line: str, found: list[str]) -> None:
    completed = _completed(line)
    assert [each for each in completed if each in found] == found
    assert completed == found or line.endswith((" ", ":"))


def test_a_supplied_contract_is_completed(tmp_path: Path) -> None:
    contract = tmp_path / "pets.yaml"
    contract.write_text("""
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths: {/pets: {get: {operationId: listPets, responses: {"200": {description: all}}}}}
""")
    assert _completed(f"crm-mocks examples {contract} --operation ") == ["listPets"]
    assert _completed(f"crm-mocks sweep --contract {contract} --operation ") == ["pets.listPets"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("crm-mocks ser", "plain,serve"),
        ("crm-mocks serve --set leadbank.auth=b", "plain,basic"),
        ("crm-mocks serve --set=leadbank.auth=b", "plain,basic"),
        ("crm-mocks check --allow crmcom.createLead:malf", "plain,malformed_json"),
    ],
)
def test_bash_gets_the_part_of_a_word_that_it_replaces(line: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_LINE", line)
    assert Bash(main, {}, "crm-mocks", "_CRM_MOCKS_COMPLETE").complete() == found


def test_bash_completes_by_its_script() -> None:
    script = """
eval "$(crm-mocks completion bash)"
compopt() { printf 'compopt %s %s\\n' "$@"; }
complete -p crm-mocks
for line in "crm-mocks serve act" "crm-mocks serve --set activix.pa" "crm-mocks serve ./"; do
    COMP_LINE=$line COMP_POINT=${#line}
    _crm_mocks_completion crm-mocks
    echo "${COMPREPLY[@]}"
done
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", script], env={"PATH": PATH}, capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.stdout.splitlines()) == (
        "",
        [
            "complete -o nosort -F _crm_mocks_completion crm-mocks",
            "activix",
            "compopt -o nospace",
            "activix.path=",
            "compopt -o default",
            "",
        ],
    )


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_completes_by_its_script() -> None:
    script = """
crm-mocks completion fish | source
complete -C "crm-mocks serve act"
complete -C "crm-mocks serve --set activix.pa"
"""
    done = subprocess.run(
        ["fish", "--no-config", "-c", script], env={"PATH": PATH}, capture_output=True, text=True, check=True
    )
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == ["activix", "activix.path="]


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_completes_by_its_script(tmp_path: Path) -> None:
    setup = f'autoload -U compinit && compinit -u -d {tmp_path}/dump && eval "$(crm-mocks completion zsh)"'
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe("zsh", ["zsh", "-f"], {"PATH": PATH, "TERM": "dumb", "PS1": "> ", "HOME": str(tmp_path)})
    try:
        _type(terminal, f"{setup} && echo set'-'up\n", r"set-up[^>]*> ")  # where Tab is a key
        _type(terminal, "crm-mocks serve --set activix.pa\t", r"activix.pa\W*th=$")
        _type(terminal, "/mine act\t", r"/mine act\W*ivix $")
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def _type(terminal: int, keys: str, expected: str) -> None:
    """Type keys, and wait until the terminal shows a text."""
    os.write(terminal, keys.encode())
    shown, end = "", time.monotonic() + 60
    while not re.search(expected, shown):
        ready, _, _ = select.select([terminal], [], [], max(end - time.monotonic(), 0))
        assert ready, shown
        shown += os.read(terminal, 65536).decode(errors="replace")


def test_completion_imports_no_server() -> None:
    script = """
import os, sys
os.environ |= {"_CRM_MOCKS_COMPLETE": "bash_complete", "COMP_LINE": "crm-mocks sweep --operation config_api.create"}
try:
    from crm_mocks.cli import main
    main()
finally:
    print(*sorted({"connexion", "flask", "uvicorn", "rich", "faker"}.intersection(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["plain,config_api.createLead", ""]
