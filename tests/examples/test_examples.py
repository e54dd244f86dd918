"""The examples' own tests pass under the mocks, and mistakes made on purpose are caught and named."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.snippets import blocks_of

EXAMPLES = Path(__file__).parents[2] / "examples"
PLUGINS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "crm_contracts.pytest_plugin"}


@dataclass(frozen=True)
class Example:
    """A client with its tests.

    Attributes:
        mistakes: what must be said of each; where the verdict is on the client, operation, place and rule.
        file: where the mistakes stand.
        needs: the program that must be there.
        verdict: how the verdict on a mistake begins.
    """

    mistakes: dict[str, str]
    file: str
    needs: str = sys.executable
    verdict: str = "Contract broken: "


CREATE = "config_api.createLead"
LEAD = "crmcom.createLead"
ACKNOWLEDGE = "leadbank.sendAcknos"
BY_NAME = {
    "config_api_requests": Example(
        {
            "member_name": f"{CREATE} body.leadCustomer.firstname required",
            "local_date": f"{CREATE} body.leadCustomer.dateOfBirth format",
            "key_header": f"{CREATE} security credentials",
            "impatient": f"{CREATE} header retry-after retryAfter",
        },
        "config_api_mistakes.py",
    ),
    "crmcom_httpx": Example(
        {
            "both_dates": f"{LEAD} body oneOf",
            "priority_as_text": f"{LEAD} body.priority type",
            "released_token": f"{LEAD} body.token token_unknown",
            "no_contact_type": f"{LEAD} body.contact_information anyOf",
        },
        "crmcom_mistakes.py",
    ),
    "leadbank_puller": Example(
        {
            "unconfirmed": f"{ACKNOWLEDGE} body[*].IDLeadBank received",
            "french_date": f"{ACKNOWLEDGE} body[*].LeadEvents[*].DateAction format",
            "member_name": f"{ACKNOWLEDGE} body[*].IDLeadBank required",
        },
        "leadbank_mistakes.py",
    ),
    "config_api_javascript": Example(
        {
            "number_as_number": f"{CREATE} body.additionalInformation[*].value type",
            "no_content_type": f"{CREATE} header content-type mediaType",
            "undefined_member": f"{CREATE} body.leadCustomer.email required",
            "impatient": f"{CREATE} header retry-after retryAfter",
        },
        "mistakes.js",
        needs="npm",
    ),
    "config_api_shell": Example(
        {
            "form": f"{CREATE} header content-type mediaType",
            "key_in_query": f"{CREATE} security credentials",
            "member_name": f"{CREATE} body.leadCustomer.firstname required",
            "path": "POST /v1/lead/create",
        },
        "create_lead.sh",
        needs="curl",
    ),
    "leadbank_perl": Example(
        {
            "unconfirmed": f"{ACKNOWLEDGE} body[*].IDLeadBank received",
            "french_date": f"{ACKNOWLEDGE} body[*].LeadEvents[*].DateAction format",
            "member_name": f"{ACKNOWLEDGE} body[*].IDLeadBank required",
        },
        "LeadBankMistakes.pm",
        needs="prove",
    ),
    "activix_receiver": Example(
        {
            "created": "created: answered 201",
            "strict_status": "created_status_null: answered 500",
            "one_offset": "created_zulu_dates: answered 422",
            "one_account_place": 'created: answered 422 {"message":"Unknown Account."}',
        },
        "activix_mistakes.py",
        verdict="Contract kept: ",  # it is on the requests of the tests, which are right: they find the mistakes
    ),
}
MISTAKES = [(name, mistake) for name, example in BY_NAME.items() for mistake in example.mistakes]


def typed(name: str) -> list[str]:
    """Return the commands of an example's README: its tests, its tests with a mistake, and a sweep if there is one."""
    blocks = blocks_of((EXAMPLES / name / "README.md").read_text("utf-8"), f"examples/{name}/README.md")
    return [command for block in blocks for command in block.commands]


def run_tests_of(name: str, folder: Path, programs: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of an example, in a copy of it."""
    example = BY_NAME[name]
    if shutil.which(example.needs) is None:
        pytest.skip(f"examples/{name} needs {example.needs}, which is not installed here")
    shutil.copytree(EXAMPLES / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    program, *arguments = shlex.split(typed(name)[0])
    own = {key: value for key, value in os.environ.items() if key != "MISTAKE" and not key.startswith("PYTEST")}
    return subprocess.run(
        (str(programs / program), *arguments),
        cwd=folder / name,
        env={**own, **PLUGINS, "TMPDIR": str(folder), "npm_config_update_notifier": "false", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", BY_NAME)
def test_the_client_keeps_the_contract(name: str, tmp_path: Path, programs: Path) -> None:
    done = run_tests_of(name, tmp_path, programs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contract kept: " in done.stdout


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_mistake_made_on_purpose_is_caught_and_named(name: str, mistake: str, tmp_path: Path, programs: Path) -> None:
    done = run_tests_of(name, tmp_path, programs, MISTAKE=mistake)
    assert done.returncode == 1, done.stdout + done.stderr
    assert BY_NAME[name].verdict in done.stdout
    assert BY_NAME[name].mistakes[mistake] in done.stdout


def test_every_example_is_tested() -> None:
    assert {readme.parent.name for readme in EXAMPLES.glob("*/README.md")} == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_readme_shows_the_tests_with_a_mistake(name: str) -> None:
    tests, with_a_mistake = typed(name)[:2]
    assert with_a_mistake in [f"MISTAKE={mistake} {tests}" for mistake in BY_NAME[name].mistakes]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_mistake_of_an_example_is_tried(name: str) -> None:
    example = BY_NAME[name]
    told = (EXAMPLES / name / example.file).read_text()
    listed = re.search(r"MISTAKE \(([^)]*)\)|mistakes = \{([^}]*)\}", told, re.IGNORECASE)
    assert listed is not None
    names = re.findall(r'\w+(?="?:)|\w+(?=,|$)', listed[1]) if listed[1] else re.findall(r'(\w+)"?:', listed[2])
    assert set(names) == set(example.mistakes)
