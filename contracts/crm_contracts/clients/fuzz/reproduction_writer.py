"""Write the reproductions of weaknesses, and tests that were seen to fail."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Final

from crm_contracts.clients.criteria import RETRY_AFTER
from crm_contracts.clients.fuzz import reproduction
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.generated_test import ClientInvocation, source_of_test
from crm_contracts.clients.fuzz.generated_test_run import TestOutcome, run_generated_test
from crm_contracts.clients.fuzz.weakness import Weakness
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.report.files import write
from crm_mocks.errors import UsageError

_NOT_REPRODUCIBLE: Final = "not reproducible by a test: the client passes it under pytest, so that none was kept"


class ReproductionWriter:
    """Writes reproductions and tests.

    Attributes:
        trouble: why files could not be written, in sentences.
        cut_short: what was left undone when the time was over, in sentences.
    """

    def __init__(
        self, folder: Path, invocation: ClientInvocation, judge: FuzzJudge, seed: int, deadline: float | None
    ) -> None:
        """Prepare to write.

        Args:
            folder: where to write; created if it is missing.
            invocation: how the client is run.
            judge: pass criteria for the tests.
            seed: seed of the campaign.
            deadline: monotonic time at which the campaign ends, if any.
        """
        self._folder = folder
        self._invocation = invocation
        self._judge = judge
        self._seed = seed
        self._deadline = deadline
        self.trouble: list[str] = []
        self.cut_short: list[str] = []

    def written(self, weakness: Weakness, *, with_test: bool) -> Weakness:
        """Write the reproduction of a weakness; return the weakness with the paths of its files.

        Args:
            weakness: the weakness.
            with_test: write a test as well, and run it once.
        """
        try:
            weakness = reproduction.keep(weakness, self._folder, self._invocation.command, self._seed)
            return self._with_test(weakness) if with_test else weakness
        except UsageError as error:  # the weakness is reported all the same
            self.trouble.append(str(error))
            return weakness

    def _with_test(self, weakness: Weakness) -> Weakness:
        assert weakness.path is not None  # it was written just now
        path = weakness.path.with_name(f"test_{weakness.path.stem}.py")
        invocation = replace(self._invocation, seconds=max(self._invocation.seconds, ceil(weakness.result.run.seconds)))
        for with_output in (False, True):
            source = source_of_test(weakness, weakness.path.name, invocation, self._judge, with_output=with_output)
            write(path, source, "the test")
            try:
                outcome = self._run(path, weakness)
            except DeadlineReached:
                self.cut_short.append(f"{path} was not run")
                return replace(weakness, test=path)
            if outcome is TestOutcome.ERROR:
                return _remarked(weakness, "its test could not be run here", path)
            if outcome is TestOutcome.FAILED:
                return replace(weakness, test=path)
        path.unlink()
        return _remarked(weakness, _NOT_REPRODUCIBLE, None)

    def _run(self, path: Path, weakness: Weakness) -> TestOutcome:
        by_contract = weakness.result.rule == RETRY_AFTER
        return run_generated_test(path, self._invocation.seconds, self._deadline, by_contract=by_contract)


def _remarked(weakness: Weakness, remark: str, test: Path | None) -> Weakness:
    return replace(weakness, test=test, remark="; ".join(filter(None, (weakness.remark, remark))))
