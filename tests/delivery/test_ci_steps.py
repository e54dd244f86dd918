"""The shell steps for CI servers, executed: install, run, reports, comment, and one line for each mistake."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.delivery.ci_steps import AZURE, GITLAB, JENKINS, Action, shell_steps

KEPT = """\
import os, urllib.request

url = os.environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/config"
urllib.request.urlopen(urllib.request.Request(url, headers={"x-api-key": "demo-key"}))
"""
BROKEN = KEPT + 'assert urllib.request.urlopen(os.environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/nothing")\n'
PYTHON = """\
#!/bin/sh
[ "$1 $2" != "-m venv" ] || exec cp -a '{installed}' "$3"
exec '{python}' "$@"
"""
GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case $* in *--jq*) cat "$COMMENTS" ;; *) ! grep -q refuse "$COMMENTS" ;; esac
"""


@pytest.fixture
def environment(index_url, installed, tmp_path):
    """Environment of a runner: no settings of this test run, an index with the wheel, a `gh` that notes its calls.

    Its Python copies an environment that has the package where it should make an empty one.
    """
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("python", "python3"):
        (programs / name).write_text(PYTHON.format(installed=installed, python=sys.executable), "utf-8")
        (programs / name).chmod(0o755)
    (programs / "gh").write_text(GH, "utf-8")
    (programs / "gh").chmod(0o755)
    (tmp_path / "comments").write_text("", "utf-8")
    return {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": os.environ["HOME"],
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": index_url,
        "PIP_NO_COMPILE": "1",
        "CALLS": str(tmp_path / "calls"),
        "COMMENTS": str(tmp_path / "comments"),
    }


@pytest.fixture
def project(tmp_path):
    """A client's repository."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "kept.py").write_text(KEPT, "utf-8")
    (folder / "broken.py").write_text(BROKEN, "utf-8")
    return folder


@pytest.fixture(scope="module")
def installed(index_url, tmp_path_factory):
    """An environment with the package."""
    folder = tmp_path_factory.mktemp("installed") / "crm-mocks"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-compile", "--index-url", index_url]
    subprocess.run([*install, "crm-mocks"], check=True, env={**os.environ, "PIP_CONFIG_FILE": os.devnull})
    return folder


def action(project, inputs, **contexts):
    return Action(project, {"source": "crm-mocks", **inputs}, contexts)


def test_the_action_installs_runs_and_reports(project, environment):
    inputs = {"command": "python kept.py", "options": "--vendor=config_api\n--fail-under=1\n"}
    ran = action(project, {**inputs, "python": sys.executable})
    assert ran.run(environment) == 0, ran.output
    assert "Contract kept: 1 exchange" in ran.output
    assert "Contract kept: 1 exchange" in ran.summary
    assert {path.name for path in (project / "crm-mocks-reports").iterdir()} == {
        f"verdict.{suffix}" for suffix in ("json", "md", "html", "xml")
    }
    assert ran.uses == {"actions/upload-artifact@v4": {"name": "crm-mocks", "path": "crm-mocks-reports"}}


@pytest.fixture
def run_action(project, environment):
    """Run the action; return its exit code and what there is to see."""

    def run(inputs, **contexts):
        ran = action(project, inputs, **contexts)
        return ran.run(environment), ran

    return run


def test_the_action_annotates_and_fails_for_a_broken_contract(run_action):
    code, ran = run_action({"command": "python broken.py || true"})
    assert code == 1
    assert "::error title=" in ran.output
    assert ran.contexts["steps.run.outputs.exit-code"] == "1"


def test_the_action_fails_as_the_command_does(run_action):
    code, ran = run_action({"command": "python kept.py; exit 7"})
    assert code == 7, ran.output


def test_the_action_writes_a_comment(run_action, tmp_path):
    contexts = {"github.event.pull_request.number": "5"}
    code, ran = run_action({"command": "python kept.py", "comment": "true"}, **contexts)
    assert code == 0, ran.output
    looked, wrote = (tmp_path / "calls").read_text("utf-8").splitlines()
    assert looked.startswith("api --paginate repos/us/client/issues/5/comments")
    assert wrote == "api --silent repos/us/client/issues/5/comments -F body=@crm-mocks-reports/comment.md"
    comment = (ran.folder / "crm-mocks-reports" / "comment.md").read_text("utf-8")
    assert comment.startswith("<!-- crm-mocks: crm-mocks -->\n### ✅ Contract kept")


def test_the_action_updates_its_comment(run_action, tmp_path):
    (tmp_path / "comments").write_text("17\n", "utf-8")
    run_action({"command": "python kept.py", "comment": "true"}, **{"github.event.pull_request.number": "5"})
    assert "--method PATCH repos/us/client/issues/comments/17" in (tmp_path / "calls").read_text("utf-8")


def test_a_comment_that_is_refused_is_a_warning(run_action, tmp_path):
    (tmp_path / "comments").write_text("refuse", "utf-8")
    code, ran = run_action(
        {"command": "python kept.py", "comment": "true"}, **{"github.event.pull_request.number": "5"}
    )
    assert code == 0
    assert "::warning title=crm-mocks::the comment was not written" in ran.output


def test_there_is_no_comment_outside_pull_requests(run_action, tmp_path):
    assert run_action({"command": "python kept.py", "comment": "true"})[0] == 0
    assert not (tmp_path / "calls").exists()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"command": ""}, "the input 'command' is empty"),
        ({"command": "true", "comment": "yes"}, "the input 'comment' is true or false, not 'yes'"),
        ({"command": "true", "python": "python9"}, "'python9' is not Python 3.11 or later"),
        ({"command": "true", "python": "false"}, "'false' is not Python 3.11 or later"),
        ({"command": "true", "source": "./nothing"}, "pip cannot install './nothing'"),
    ],
)
def test_a_wrong_input_is_one_line(project, environment, inputs, message):
    ran = action(project, inputs)
    assert ran.run(environment) == 2
    (line,) = [line for line in ran.output.splitlines() if line.startswith("::")]
    assert line.startswith(f"::error title=crm-mocks::{message}")


def test_a_wrong_option_is_one_line(run_action):
    code, ran = run_action({"command": "true", "options": "--nonsense"})
    assert code == 2
    assert ran.output.splitlines()[-1].startswith("crm-mocks: No such option")


@pytest.fixture
def run_steps(project, environment):
    """Run the steps of a file in the client's repository; return the exit code of the last that ran."""

    (project / "temp").mkdir()

    def run(path, command, **variables):
        folders = {"AGENT_TEMPDIRECTORY": project / "temp", "BUILD_ARTIFACTSTAGINGDIRECTORY": project / "staging"}
        for shell, text in shell_steps(path):
            done = subprocess.run(
                [shell, "-e", "-c", text.replace("python -m pytest", command).replace("python3 -m pytest", command)],
                cwd=project,
                env={**environment, **{name: str(folder) for name, folder in folders.items()}, **variables},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                break
        return done

    return run


SOURCES = dict.fromkeys(("CRM_MOCKS_SOURCE", "CRMMOCKSSOURCE"), "crm-mocks")
ALL = [(GITLAB, "crm-mocks-reports"), (AZURE, "staging/crm-mocks"), (JENKINS, "crm-mocks-reports")]


@pytest.mark.parametrize(("path", "reports"), ALL, ids=["gitlab", "azure", "jenkins"])
def test_the_steps_install_run_and_report(run_steps, project, path, reports):
    command = "python broken.py || true"
    done = run_steps(path, command, **SOURCES, CRM_MOCKS_COMMAND=command, CRM_MOCKS_OPTIONS="--vendor config_api")
    assert done.returncode == 1, done.stderr
    verdict = json.loads((project / reports / "verdict.json").read_text("utf-8"))
    assert verdict["verdict"] == "broken"
    assert (project / reports / "verdict.xml").exists()
    assert (project / reports / "verdict.html").exists()


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=["gitlab", "azure", "jenkins"])
def test_a_python_that_is_too_old_is_one_line(run_steps, environment, tmp_path, path):
    for name in ("python", "python3"):
        (tmp_path / "programs" / name).unlink()
        (tmp_path / "programs" / name).symlink_to(shutil.which("false"))
    done = run_steps(path, "true", **SOURCES)
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert "Python 3.11 or later" in line
