"""Inputs of action.yml and variables of the GitLab template with metacharacters of the shell."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.delivery.ci_steps import GITLAB, Action, shell_steps
from tests.hostile.attack import Attack, Input

_CANARY = "canary"
_PIECES = (
    f"; touch {_CANARY}", f"$(touch {_CANARY})", f"`touch {_CANARY}`", f"| touch {_CANARY} #", f"&& touch {_CANARY}",
    f"\ntouch {_CANARY}\n",
    f"'; touch {_CANARY}; '", f'"; touch {_CANARY}; "', f"${{IFS}}touch {_CANARY}", f"<(touch {_CANARY})",
    f"> {_CANARY}", "*", "?", "~",
    "-n", "--help", "\\", "$HOME", "a b", "'", '"', "\t", "é", "[a-z]", "{a,b}", "!!", "#", "%s", "$0", "--", "-",
    "\n::set-env name=X::y",
)  # fmt: skip
_COMMAND = re.compile("^::(?!(?:error|warning) title=crm-mocks::)", re.MULTILINE)
_NONE = "no name"
_ACTION = ("options", "source", "reports", "upload", "comment", "token")
_GITLAB = ("CRM_MOCKS_SOURCE", "CRM_MOCKS_OPTIONS")
_STUB = """\
import json, os, sys
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
for each in sys.argv[2:]:
    if each.startswith(("--json=", "--markdown=")) and not each.endswith("="):
        open(each.partition("=")[2], "w", encoding="utf-8").write("x" + 35_000 * "é")
"""


def lacks() -> str:
    """Return what the machine lacks to run the steps."""
    return "" if shutil.which("bash") else "there is no bash"


class CiInputs(Attack):
    """Steps give inputs to programs as they are: no input is run,
    expanded or taken for an option of another program."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._root = Path(self.held.enter_context(tempfile.TemporaryDirectory()))
        programs = self._root / "programs"
        programs.mkdir()
        (programs / "stub.py").write_text(_STUB, "utf-8")
        for program in ("crm-mocks", "pip", "gh"):
            self._script(
                programs / program, f'exec {shlex.quote(sys.executable)} -S "{programs}/stub.py" {program} "$@"'
            )
        self._script(
            programs / "python3",
            f'case "$1 $2" in "-m venv") mkdir -p "$3/bin"; cp "{programs}/crm-mocks" "{programs}/pip" "$3/bin";'
            f' cp "{programs}/python3" "$3/bin/python";; "-m pip") shift 2; exec "{programs}/pip" "$@";;'
            f' "-X utf8") exec {shlex.quote(sys.executable)} "$@";; esac',
        )
        self._script(programs / "python", f'exec "{programs}/python3" "$@"')
        self._environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(self._root)}

    @staticmethod
    def _script(path: Path, text: str) -> None:
        path.write_text(f"#!/bin/bash\n{text}\n", "utf-8")
        path.chmod(0o755)

    def make(self, rng: Random) -> Input:
        where = rng.choice(("action", "gitlab"))
        names = _ACTION if where == "action" else _GITLAB
        values = {
            name: "".join(rng.choice(_PIECES) for _ in range(rng.randint(1, 2)))
            for name in rng.sample(names, rng.randint(1, 2))
        }
        return {"where": where, "values": values}

    def fault(self, made: Input) -> str:
        with tempfile.TemporaryDirectory(dir=self._root) as name:
            folder = Path(name)
            calls = folder / "calls"
            environment = {**self._environment, "CALLS": str(calls)}
            run = self._in_action if made["where"] == "action" else self._in_gitlab
            printed = run(folder, made["values"], environment)
            if _COMMAND.search(printed):
                return f"a build server would run {printed[-200:]!r}"
            if any(each.name == _CANARY for each in folder.rglob("*")):
                return "the input was run"
            for comment in folder.rglob("comment.md"):
                comment.read_text("utf-8")
            lines = calls.read_text("utf-8").splitlines() if calls.exists() else []
            return _difference(made, [json.loads(line) for line in lines])

    @staticmethod
    def _in_action(folder: Path, values: dict[str, str], environment: dict[str, str]) -> str:
        contexts = {"github.event.pull_request.number": "5"}
        action = Action(folder, {"command": "true", "python": "python3", "comment": "true", **values}, contexts)
        action.run(environment)
        return action.output

    @staticmethod
    def _in_gitlab(folder: Path, values: dict[str, str], environment: dict[str, str]) -> str:
        ((_, script),) = shell_steps(GITLAB)
        variables = {"CRM_MOCKS_SOURCE": "crm-mocks", "CRM_MOCKS_OPTIONS": "", "CRM_MOCKS_COMMAND": "true", **values}
        done = subprocess.run(
            ["sh", "-ec", script], cwd=folder, env={**environment, **variables}, capture_output=True, check=False
        )
        return done.stdout.decode("utf-8", "replace")


def _difference(made: Input, calls: list[list[str]]) -> str:
    """Return how the calls of programs differ from what the inputs say."""
    values = made["values"]
    source = values.get("source") or values.get("CRM_MOCKS_SOURCE")
    for program, *arguments in calls:
        if program == "pip" and source is not None and arguments[-1] != source:
            return f"pip gets {arguments[-1]!r}"
        if (
            program == "gh"
            and "--jq" in arguments
            and values.get("upload", _NONE) in arguments[arguments.index("--jq") + 1]
        ):
            return f"the name of the artifact is part of the filter: {arguments!r}"
        if program == "crm-mocks" and arguments[:1] == ["coverage"] and arguments[-2:-1] != ["--"]:
            return f"the folder of the reports may be an option: {arguments!r}"
        if program == "crm-mocks" and arguments[:1] == ["run"]:
            options = arguments[1 : len(arguments) - arguments[::-1].index("--") - 1]
            wanted = _options(made)
            if wanted is not None and options[: len(wanted)] != wanted:
                return f"crm-mocks gets {options!r}"
    return ""


def _options(made: Input) -> list[str] | None:
    """Return the options that an input stands for."""
    values = made["values"]
    if made["where"] == "gitlab":
        return values["CRM_MOCKS_OPTIONS"].split() if "CRM_MOCKS_OPTIONS" in values else None
    return [line for line in values["options"].split("\n") if line] if "options" in values else None
