"""Try a client that openapi-generator makes of a supplied contract: `python -m tools.supplied.generated_client FILE`.

The client creates, reads, lists, changes and deletes a record under `crm-mocks run`; then makes a mistake, which the
run must find; then meets generated responses under `crm-mocks fuzz`, which must find a weakness.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.supplied.client_plan import make_plan

_JOURNEY: Final = Path(__file__).with_name("client_journey.py")
_PACKAGE: Final = "generated_client"
_MISTAKES: Final = ("wrong-type", "missing-member")
_TIMEOUT_SECONDS: Final = 900


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
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        client = options.client or folder / "client"
        if not client.exists():
            _generate(options.generator, options.file, client, options.package)
        plan = folder / "plan.json"
        made = make_plan(options.file, options.resource)
        plan.write_text(json.dumps(made), "utf-8")
        journey = [options.python, str(_JOURNEY), options.package, str(plan)]
        trial = _Trial(options.file.resolve(), client, folder)
        if trial.expect("correct", ["run"], journey, exit_codes=(0,)):
            return 1
        failures = 0
        for mistake in _MISTAKES[:1] if made["can_lack_members"] else _MISTAKES:
            failures += trial.expect(mistake, ["run"], [*journey, mistake], exit_codes=(1, 3))
        fuzz = ["fuzz", "--count", str(options.responses), "--stop-after", "1"]
        failures += trial.expect("fuzz", fuzz, journey, exit_codes=(1,))
    return 1 if failures else 0


class _Trial:
    """Runs commands of crm-mocks with a client."""

    def __init__(self, file: Path, client: Path, folder: Path) -> None:
        self._contract = f"--contract=supplied={file}"
        self._environment = {**os.environ, "PYTHONPATH": str(client)}
        self._folder = folder

    def expect(self, title: str, words: list[str], journey: list[str], exit_codes: tuple[int, ...]) -> int:
        """Run a command, write its result, and return 1 if it is not as expected.

        Args:
            title: of the run.
            words: command of crm-mocks with its options.
            journey: command of the client.
            exit_codes: expected ones.
        """
        report = self._folder / f"{title}.json"
        command = [sys.executable, "-m", "crm_mocks", *words, self._contract, "--json", str(report), "--", *journey]
        done = subprocess.run(  # noqa: S603  # our own command
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS,
            check=False,
        )  # fmt: skip  # a table reads better in rows
        is_expected = done.returncode in exit_codes and "Traceback" not in done.stderr.replace(done.stdout, "")
        print(f"--- {title}: exit {done.returncode}, {'as expected' if is_expected else 'NOT as expected'}")
        print(done.stdout if is_expected else f"{done.stdout}\n{done.stderr}")
        return not is_expected


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
