"""`python -m tools.dependencies.audit`: look up advisories on all packages of this environment, with pip-audit.

Exit code 0 if there are none, 1 if there are some, 2 if nothing could be looked up.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from crm_mocks.errors import CrmMocksError
from tools.dependencies.declared import OURS

PROGRAM: Final = Path(sys.executable).with_name("pip-audit")
_SERVICES: Final[tuple[tuple[str, ...], ...]] = ((), ("--vulnerability-service", "osv"))
"""Options for each service that pip-audit can ask: its own choice first."""

_PROBE: Final = "click"
_TIMEOUT_SECONDS: Final = 300


class UnreachableError(CrmMocksError):
    """No service of advisories answers."""


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes:
        packages: number of packages that were looked up.
        advisories: a line for each advisory.
        unknown: packages of which the service knows nothing.
    """

    packages: int
    advisories: list[str]
    unknown: list[str]

    def __str__(self) -> str:
        lines = [f"advisories on {self.packages} packages: {len(self.advisories) or 'none'}", *self.advisories]
        if self.unknown:
            lines.append(f"not looked up, as the service does not have them: {', '.join(self.unknown)}")
        return "\n".join(lines)


def audit() -> Audit:
    """Look up advisories on the packages of this environment.

    Raises:
        UnreachableError: no service can be reached.
    """
    with tempfile.TemporaryDirectory() as folder:
        probe = Path(folder, "requirements.txt")
        probe.write_text(f"{_PROBE}=={version(_PROBE)}\n", "utf-8")
        for service in _SERVICES:
            # pip-audit also succeeds where it could look up nothing, so that one package is tried first.
            tried = _report(*service, "--requirement", str(probe), "--no-deps", "--disable-pip")
            if any("vulns" in each for each in tried) and (entries := _report(*service, "--skip-editable")):
                return _read(entries)
    raise UnreachableError("no service of advisories can be reached: nothing was audited")


def _report(*options: str) -> list[dict[str, Any]]:
    """Run pip-audit; return an entry for each package, or none if it failed."""
    command = [str(PROGRAM), *options, "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)  # noqa: S603  # our own command
        entries: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return entries


def _read(entries: list[dict[str, Any]]) -> Audit:
    others = [each for each in entries if each["name"] != OURS]
    advisories = [
        f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'no version'}"
        for each in others
        for found in each.get("vulns", ())
    ]
    return Audit(len(others), advisories, [each["name"] for each in others if "vulns" not in each])


def main() -> int:
    """Print what was found; return the exit code."""
    try:
        found = audit()
    except UnreachableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(found)
    return 1 if found.advisories else 0


if __name__ == "__main__":
    sys.exit(main())
