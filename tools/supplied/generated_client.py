"""Try a client that openapi-generator makes of a supplied contract: `python -m tools.supplied.generated_client FILE`.

The client creates, reads, lists, changes and deletes a record under `crm-mocks run`; then makes each mistake that the
contract forbids, which the run must find; then meets generated responses under `crm-mocks fuzz`, which must find a
weakness within the client.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tools.supplied.client_plan import make_plan

_JOURNEY: Final = "tools.supplied.client_journey"
_ROOT: Final = Path(__file__).parents[2]
_PACKAGE: Final = "supplied_client"
_TIMEOUT_SECONDS: Final = 900
_OWN_EXIT_CODES: Final = "*=0,3,4,5"
"""Those of the application: whatever it says of a response, it handled it."""


def main(words: list[str]) -> int:
    """Write what the client stated and what was found; return 1 if anything differs from what is expected."""
    parser = argparse.ArgumentParser(prog="python -m tools.supplied.generated_client", description=__doc__)
    parser.add_argument("file", type=Path, help="an OpenAPI document")
    parser.add_argument("--resource", default="", help="name of the resource (the first complete one)")
    parser.add_argument("--generator", help="command of openapi-generator; needed unless --client has a client")
    parser.add_argument("--client", type=Path, help="folder of the client (a temporary one)")
    parser.add_argument("--package", default=_PACKAGE, help=f"package of the client ({_PACKAGE})")
    parser.add_argument("--python", default=sys.executable, help="interpreter with the client's requirements")
    parser.add_argument("--responses", type=int, default=60, help="generated responses under fuzz (60)")
    parser.add_argument("--places", type=int, default=3, help="weak places after which fuzz stops (3)")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        client = options.client or folder / "client"
        if not client.exists():
            _generate(options.generator, options.file, client, options.package)
        plan = make_plan(options.file, options.resource)
        plan_file = folder / "plan.json"
        plan_file.write_text(json.dumps(plan), "utf-8")
        journey = [options.python, "-m", _JOURNEY, options.package, str(plan_file)]
        trial = _Trial(options.file.resolve(), client, folder)
        report = trial.run("correct", ["run"], journey)
        if not trial.is_expected("correct", expected=report.get("verdict") == "kept" and trial.exit_code == 0):
            return 1
        failures = 0
        for mistake in plan["mistakes"]:
            report = trial.run(mistake, ["run"], [*journey, "--mistake", mistake])
            failures += not trial.is_expected(mistake, expected=report.get("verdict") == "broken")
        fuzz = [
            "fuzz", "--persistent", "--count", str(options.responses), "--stop-after", str(options.places),
            "--allow-duplicates", "--timeout", "90", "--expect", _OWN_EXIT_CODES,
        ]  # fmt: skip  # a table reads better in rows
        report = trial.run("fuzz", fuzz, [*journey, "--persistent"])
        failures += not trial.is_expected("fuzz", expected=bool(_own_weaknesses(report, client)))
    return 1 if failures else 0


class _Trial:
    """Runs commands of crm-mocks with a client."""

    def __init__(self, file: Path, client: Path, folder: Path) -> None:
        self._contract = f"--contract=supplied={file}"
        self._environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (client.resolve(), _ROOT)))}
        self._folder = folder
        self._output = ""
        self.exit_code = 0

    def run(self, title: str, words: list[str], journey: list[str]) -> dict[str, Any]:
        """Run a command; return its JSON report, empty if there is none.

        Args:
            title: of the run.
            words: command of crm-mocks with its options.
            journey: command of the client.
        """
        report = self._folder / f"{title}.json"
        command = [sys.executable, "-m", "crm_mocks", *words, self._contract, "--json", str(report), "--", *journey]
        done = subprocess.run(  # noqa: S603  # our own command
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS,
            check=False,
        )  # fmt: skip  # a table reads better in rows
        self.exit_code = done.returncode
        self._output = f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        found: dict[str, Any] = json.loads(report.read_text("utf-8")) if report.exists() else {}
        return found

    def is_expected(self, title: str, *, expected: bool) -> bool:
        """Write the output of the last command, and whether it is as expected; return that."""
        print(f"--- {title}: {'as expected' if expected else 'NOT as expected'}, {self._output}", flush=True)
        return expected


def _own_weaknesses(report: dict[str, Any], client: Path) -> list[str]:
    """Return the places within the client at which it failed, such as `ValidationError at contact.py:110`."""
    places = [str(each["group"]) for each in report.get("groups", ())]
    files = {file.name for file in client.rglob("*.py")}
    own = [place for place in places if (found := re.search(r" at (\S+):\d+$", place)) and found[1] in files]
    for place in places:
        print(f"{'in the client' if place in own else 'elsewhere'}: {place}")
    return own


def _generate(generator: str | None, file: Path, client: Path, package: str) -> None:
    if generator is None:
        raise SystemExit("--generator is needed, since --client has no client")
    parts = "models,apis,supportingFiles,modelDocs=false,apiDocs=false,modelTests=false,apiTests=false"
    command = [
        generator, "generate", "--input-spec", str(file), "--generator-name", "python", "--output", str(client),
        "--package-name", package, "--skip-validate-spec", "--global-property", parts,
    ]  # fmt: skip  # a table reads better in rows
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # as given


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
