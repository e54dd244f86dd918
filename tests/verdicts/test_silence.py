"""Nothing is replaced or ignored in silence."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.verdicts.conftest import CASES, StateRow

CrmMocks = Callable[..., CompletedProcess[str]]
TOPIC = "silence"
OLD, NEW = CASES / "diff" / "d1-old.yaml", CASES / "diff" / "d1-new.yaml"
SERVE = ("serve", "--port", "0")
TWICE = "the key '{}' is written twice, in lines {} and {}"


@pytest.mark.parametrize(
    ("case", "arguments", "text", "key", "lines"),
    [
        ("a contract for diff with a path twice", ("diff", OLD, NEW), "", "/leads", (4, 6)),
        ("a JSON contract with a key twice", ("diff", "file", NEW), '{"a": "3.0.3",\n"a": ""}', "a", (1, 2)),
        ("YAML settings with a section twice", (*SERVE, "--config", "file"), "x: {}\nx: {}", "x", (1, 2)),
        ("JSON settings with a name twice", (*SERVE, "--config", "file"), '{"x": {"a": 1,\n"a": 2}}', "a", (1, 2)),
        ("a seed file with a kind twice", (*SERVE, "--seed-file", "file"), "x:\n  a: []\n  a: []", "a", (2, 3)),
        ("a replay file with a member twice", (*SERVE, "--replay", "file"), '{"a": 1,\n"a": 2}', "a", (1, 2)),
        ("a baseline with a member twice", ("run", "--baseline", "file", "x"), '{"a": 1,\n"a": 2}', "a", (1, 2)),
    ],
)
def test_a_duplicate_key_is_an_error_with_both_lines(
    crm_mocks: CrmMocks,
    tmp_path: Path,
    state_row: StateRow,
    case: str,
    arguments: tuple[object, ...],
    text: str,
    key: str,
    lines: tuple[int, int],
) -> None:
    (tmp_path / "file").write_text(text)
    done = crm_mocks(*arguments)
    says = TWICE.format(key, *lines)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    state_row(TOPIC, case, f"exit 2: {says}")


@pytest.mark.parametrize(
    ("case", "arguments", "says"),
    [
        (
            "a setting in two --set",
            (*SERVE, "--set", "leadbank.batch=1", "--set", "leadbank.batch=2"),
            "--set leadbank.batch is given twice: '1' and '2'",
        ),
        (
            "a class in two --expect",
            ("sweep", "--expect", "401=0", "--expect", "401=3", "--", "true"),
            "401 is given twice",
        ),
        (
            "a credential in two --credential",
            ("push", "activix", "--to", "http://127.0.0.1:1", "--credential", "token=a", "--credential", "token=b"),
            "--credential token is given twice",
        ),
    ],
)
def test_a_repeated_option_is_an_error(
    crm_mocks: CrmMocks, state_row: StateRow, case: str, arguments: tuple[str, ...], says: str
) -> None:
    done = crm_mocks(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    state_row(TOPIC, case, f"exit 2: {says}")


@pytest.mark.parametrize(
    ("case", "arguments", "says"),
    [
        ("a misspelt command", ("sevre",), "No such command 'sevre' (did you mean 'serve'?)"),
        ("a misspelt vendor", (*SERVE, "activx"), "unknown vendor 'activx' (did you mean 'activix'?)"),
        (
            "a misspelt setting",
            (*SERVE, "--set", "activix.known_acounts=1"),
            "unknown setting 'activix.known_acounts' (did you mean 'known_accounts'?)",
        ),
        (
            "a misspelt section of settings",
            (*SERVE, "--set", "activx.latency_ms=1"),
            "unknown setting 'activx.latency_ms' (did you mean 'activix'?)",
        ),
        (
            "a misspelt vendor of coverage",
            ("run", "--vendor", "leadbnk", "--", "true"),
            "unknown vendor 'leadbnk' (did you mean 'leadbank'?)",
        ),
        (
            "a misspelt operation in --allow",
            ("run", "--allow", "config_api.createLaed:400", "--", "true"),
            "no operation 'config_api.createLaed' (did you mean 'config_api.createLead'?)",
        ),
        (
            "a misspelt outcome in --allow",
            ("run", "--allow", "config_api.createLead:key_unknow", "--", "true"),
            "config_api.createLead has no response 'key_unknow' (did you mean 'key_unknown'?)",
        ),
        (
            "a misspelt outcome in --expect",
            ("sweep", "--expect", "config_api.createLead:key_unknwn=1", "--", "true"),
            "'key_unknwn' (did you mean 'key_unknown'?) is no class",
        ),
        (
            "a misspelt operation in --expect",
            ("sweep", "--expect", "config_api.creatLead:400=1", "--", "true"),
            "unknown operation 'config_api.creatLead' (did you mean 'config_api.createLead'?)",
        ),
    ],
)
def test_a_misspelt_name_is_an_error_with_the_nearest(
    crm_mocks: CrmMocks, state_row: StateRow, case: str, arguments: tuple[str, ...], says: str
) -> None:
    done = crm_mocks(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    state_row(TOPIC, case, f"exit 2: {says}")


CLIENT = """
import os, urllib.error, urllib.request as u
key = {"x-api-key": "demo-key"}
for query, headers in [("?__cod=429", key), ("?page=2", key), ("", {**key, "Prefer": "cod=429"}),
                       ("", {"x-api-key": "mock-429x"})]:
    try: u.urlopen(u.Request(os.environ["CRM_MOCKS_URL"] + "/v1/leads/config" + query, headers=headers))
    except urllib.error.HTTPError: pass
"""


def test_misspelt_steering_gets_a_notice_with_the_nearest_name(
    crm_mocks: CrmMocks, tmp_path: Path, state_row: StateRow
) -> None:
    crm_mocks("run", "--json", "run.json", "--", sys.executable, "-c", CLIENT)
    notices = json.loads((tmp_path / "run.json").read_text())["notices"]
    said = {" ".join(each["location"]): each["message"] for each in notices}
    expected = {
        "query __cod": "unknown preference '__cod' (did you mean '__code'?)",
        "query page": "parameter 'page' is not in the contract",
        "header prefer": "unknown preference 'cod' (did you mean 'code'?)",
        "magic value mock-429x": "'mock-429x' is no magic value of config_api.getLeadConfig: did you mean 'mock-429'?",
    }
    assert said == expected
    for place, message in expected.items():
        state_row(TOPIC, f"a request with {place}", f"notice: {message}")
