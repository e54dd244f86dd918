"""One run of schemathesis against one provider."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.verify.environment import environment
from crm_contracts.verify.figures import Figures
from crm_contracts.verify.task import VARIABLE, Task
from crm_mocks.errors import UsageError

CONFIGURATION: Final = Path(__file__).parent / "schemathesis.toml"
_HOOKS: Final = "crm_contracts.verify.hooks"


@dataclass(frozen=True)
class Provider:
    """What is held to its contract.

    Attributes:
        vendor: whose contract.
        url: where the provider is.
        contract: URL or file of the contract in force.
        credentials: by the names that the vendor's credentials have.
    """

    vendor: str
    url: str
    contract: str
    credentials: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """What came of a run.

    Attributes:
        passed: no check failed.
        figures: cases by operation.
        output: what schemathesis printed.
    """

    passed: bool
    figures: Figures
    output: str


@dataclass(frozen=True)
class Extent:
    """How much is tried.

    Attributes:
        examples: most generated cases per operation and phase.
        seed: of the cases.
        phases: schemathesis' phases, with commas between them; without any, all.
        valid_only: an operationId, of which only generated cases that keep to the contract are sent; all cases of all
            operations otherwise.
    """

    examples: int
    seed: int
    phases: str = ""
    valid_only: str = ""

    def options(self) -> list[str]:
        """Return schemathesis' options."""
        options = ["--max-examples", str(self.examples), "--seed", str(self.seed), "--continue-on-failure"]
        if self.valid_only:
            return [*options, "--include-operation-id", self.valid_only, "--phases", "fuzzing", "--mode", "positive"]
        return [*options, "--phases", self.phases] if self.phases else options


def run(provider: Provider, extent: Extent) -> Result:
    """Run schemathesis with all its checks and ours.

    Args:
        provider: what to hold to its contract.
        extent: how much to try.

    Raises:
        UsageError: schemathesis is not installed.
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise UsageError("schemathesis is not installed: pip install 'crm-mocks[verify]'")
    with tempfile.TemporaryDirectory(prefix="crm-mocks-") as name:
        folder = Path(name)
        figures, task = folder / "figures.json", folder / "task.json"
        Task(provider.vendor, provider.url, dict(provider.credentials), str(figures)).write(task)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION), "run"]
        done = subprocess.run(  # noqa: S603  # our own command, without a shell
            [*command, provider.contract, "--url", provider.url, *extent.options()],
            env=environment(NO_COLOR="1", SCHEMATHESIS_HOOKS=_HOOKS, **{VARIABLE: str(task)}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=folder,
        )
        return Result(done.returncode == 0, Figures.read(figures), done.stdout.decode("utf-8", "replace"))
