"""The shell steps of action.yml and of the files in ci/ and templates/, as their servers would run them."""

from __future__ import annotations

import re
import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.wheel import ROOT

ACTION = ROOT / "action.yml"
GITLAB = ROOT / "ci" / "gitlab.yml"
COMPONENT = ROOT / "templates" / "crm-mocks.yml"
AZURE = ROOT / "ci" / "azure-pipelines.yml"
JENKINS = ROOT / "ci" / "Jenkinsfile"


def shell_steps(path: Path) -> list[tuple[str, str]]:
    """Return the steps of a file in order, each with its shell."""
    text = path.read_text("utf-8")
    if path == JENKINS:
        return [
            ("sh", textwrap.dedent(step).strip() + "\n") for step in re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
        ]
    document = yaml.safe_load(text)
    if path == ACTION:
        return [("bash", step["run"]) for step in document["runs"]["steps"] if "run" in step]
    if path == AZURE:
        return [("bash", step["bash"]) for step in document["steps"] if "bash" in step]
    job = document[".crm-mocks"]
    return [("sh", "\n".join([*job["before_script"], *job["script"]]) + "\n")]


def interpolated(path: Path, inputs: Mapping[str, str]) -> dict:
    """Return the jobs of a GitLab component with its inputs filled in."""
    spec, jobs = path.read_text("utf-8").split("\n---\n")
    declared = yaml.safe_load(spec)["spec"]["inputs"]
    values = {name: (about or {}).get("default") for name, about in declared.items()} | dict(inputs)
    return yaml.safe_load(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: values[match[1]], jobs))


class Action:
    """action.yml, run as a runner runs it: expressions evaluated, steps in order, environment files read.

    Attributes:
        uses: inputs of the steps that use other actions, by name of the action.
        output: what the steps printed.
        summary: what they wrote to the page of the run.
    """

    def __init__(self, folder: Path, inputs: Mapping[str, str], contexts: Mapping[str, str]) -> None:
        self.document = yaml.safe_load(ACTION.read_text("utf-8"))
        self.folder = folder
        self.contexts = {"github.action_path": str(ROOT), "runner.temp": str(folder / "temp"), **contexts}
        (folder / "temp").mkdir()
        unknown = inputs.keys() - self.document["inputs"].keys()
        assert not unknown
        for name, about in self.document["inputs"].items():
            self.contexts[f"inputs.{name}"] = inputs.get(name) or self._evaluated(about.get("default", ""))
        self.uses: dict[str, dict[str, str]] = {}
        self.output = ""
        self.summary = ""

    def run(self, environment: Mapping[str, str]) -> int:
        """Run the steps until one fails; return its exit code, or 0."""
        for step in self.document["runs"]["steps"]:
            if not self._is_met(step.get("if", "")):
                continue
            if "uses" in step:
                self.uses[step["uses"]] = {name: self._evaluated(value) for name, value in step["with"].items()}
                continue
            code = self._run(step, environment)
            if code:
                return code
        return 0

    def _run(self, step: Mapping[str, Any], environment: Mapping[str, str]) -> int:
        files = {name: self.folder / "temp" / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", "utf-8")
        script = self.folder / "temp" / "step.sh"
        script.write_text(step["run"], "utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env={
                **environment,
                "RUNNER_OS": "Linux",
                "GITHUB_REPOSITORY": "us/client",
                **{name: str(file) for name, file in files.items()},
                **{name: self._evaluated(value) for name, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.output += done.stdout
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        for line in files["GITHUB_OUTPUT"].read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            self.contexts[f"steps.{step['id']}.outputs.{name}"] = value
        return done.returncode

    def _evaluated(self, text: object) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: self._expression(match[1]), str(text))

    def _expression(self, expression: str) -> str:
        """Return the first operand of `||` that is not empty."""
        operands = (
            term[1:-1] if term.startswith("'") else self.contexts.get(term, "") for term in expression.split(" || ")
        )
        return next(filter(None, operands), "")

    def _is_met(self, condition: str) -> bool:
        """Evaluate comparisons and names joined by `&&`."""
        terms = condition.removeprefix("${{ ").removesuffix(" }}").split(" && ")
        return all(self._term(term) for term in terms if term)

    def _term(self, term: str) -> bool:
        match = re.fullmatch(r"([\w.-]+)(?: (==|!=) '(.*)')?", term)
        assert match, f"a condition that this runner does not know: {term}"
        found = self.contexts.get(match[1], "")
        return bool(found) if match[2] is None else (found == match[3]) == (match[2] == "==")
