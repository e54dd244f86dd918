"""Analyse failures: distinguish hangs from long waits, confirm and shrink failures, and group them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from crm_contracts.clients.fuzz.case_runner import CaseRunner
from crm_contracts.clients.fuzz.cases import LONGEST_SECONDS, FuzzCase, FuzzCaseBuilder, outlasting
from crm_contracts.clients.fuzz.shrinking import Shrinker
from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult, LateEnding, Weakness
from crm_contracts.clients.fuzz.weakness_groups import WeaknessGroups, name_of_group
from crm_contracts.clients.programs import DeadlineReached

_LONGER: Final = 3
"""How many times the time limit a client gets before it counts as hanging."""


class Keep(Protocol):
    """Writes the reproduction of a weakness, and a test if asked to; settles whether it counts."""

    def __call__(self, weakness: Weakness, /, *, with_test: bool) -> Weakness:
        """Return the weakness with what was written and settled."""


class FailureAnalysis:
    """Analyses failures of a client.

    Attributes:
        groups: weaknesses found.
        flaky: cases that broke the client in some runs only.
        late: cases after which the client ended by itself, but after the time limit.
        cut_short: what was left undone when the time was over, in sentences.
    """

    def __init__(self, runner: CaseRunner, builder: FuzzCaseBuilder, seconds: float, keep: Keep) -> None:
        """Prepare to analyse.

        Args:
            runner: runs cases.
            builder: builds them.
            seconds: time limit of a run.
            keep: see `Keep`.
        """
        self._runner = runner
        self._seconds = seconds
        self._longer = min(seconds * _LONGER, LONGEST_SECONDS)
        self._keep = keep
        self._shrinker = Shrinker(builder, runner.run, runner.run_fresh)
        self.groups = WeaknessGroups()
        self.flaky: list[FlakyCase] = []
        self.late: list[LateEnding] = []
        self._ends_late: set[str] = set()
        self.cut_short: list[str] = []

    def given_longer(self, result: FuzzResult) -> FuzzResult:
        """Return a result, or for a client that was stopped at the time limit that of a run which was given longer.

        Args:
            result: a result; only one of each kind of hang is given longer.
        """
        if not result.run.stopped or self.groups.has(result):
            return result
        if name_of_group(result) in self._ends_late:
            return replace(result, failures=(), rule="")
        try:
            (again,) = self._runner.run([outlasting(result.case, self._longer)], fresh=True, seconds=self._longer)
        except DeadlineReached:
            self.cut_short.append(f"whether the client ends later than --timeout was not found out: {result.case}")
            return result
        if again.failures:
            return again
        if again.run.seconds > self._seconds:
            self.late.append(LateEnding(again, self._seconds))
            self._ends_late.add(name_of_group(result))
        else:
            self.flaky.append(FlakyCase(result, 1, 2))
        return again

    def analyse(self, result: FuzzResult, found_by: int, found_after: float) -> FuzzCase | None:
        """Confirm and shrink a failure, and add it to its group; return a case whose mutations break the client.

        Args:
            result: a failure.
            found_by: number of the generated case.
            found_after: seconds from the first case to this one.
        """
        if not self.groups.is_new(result):
            if len(result.case.mutations) > 1:
                result = self._with_fewer(result)
            if not self.groups.is_new(result):
                return result.case
        try:
            shrunk = self._shrinker.shrink(result)
        except DeadlineReached:
            done = "not shrunk any further" if self._shrinker.confirmed else "not run again"
            self.cut_short.append(f"{result.case}, which broke the client, was {done}")
            self._add(self._shrinker.smallest or result, found_by, found_after, f"{done}, since the time was over")
            return result.case
        if isinstance(shrunk, FlakyCase):
            self.flaky.append(shrunk)
            return None
        if self.groups.is_new(shrunk):
            if name_of_group(shrunk) != name_of_group(result):
                self.groups.responses[name_of_group(shrunk)] += 1
            remark = f"the client was still running after {self._longer:g} s, too" if shrunk.run.stopped else ""
            self._add(shrunk, found_by, found_after, remark)
        return shrunk.case

    def _with_fewer(self, result: FuzzResult) -> FuzzResult:
        try:
            return self._shrinker.with_fewer(result)
        except DeadlineReached:  # nothing is lost, for its group is known
            return result

    def _add(self, result: FuzzResult, found_by: int, found_after: float, remark: str = "") -> None:
        response = result.case.as_queued()
        if any(each.result.case.as_queued() == response for each in self.groups.weaknesses):
            return  # found by a reproduction before
        weakness = Weakness(result, found_by, found_after, self._shrinker.runs, remark=remark)
        self.groups.add(self._keep(weakness, with_test=self.groups.is_representative(result)))
