"""Coverage over time: the verdicts of several runs in the order of their dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.coverage import Covered
from crm_contracts.judge.files import read_json
from crm_contracts.judge.verdict import Verdict
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import real_path


@dataclass(frozen=True)
class HistoryRun:
    """A run, by its JSON report.

    Attributes:
        source: the file.
        date: when the report was written; that of the file if the report does not say.
        is_dated: whether the report says when it was written.
        version: version of crm-mocks that wrote it; empty if the report does not say.
        verdict: the verdict.
    """

    source: str
    date: datetime
    is_dated: bool
    version: str
    verdict: Verdict

    @property
    def label(self) -> str:
        """Date and time to the minute, UTC."""
        return f"{self.date:%Y-%m-%d %H:%M}"

    @property
    def percent(self) -> float | None:
        """Coverage of outcomes in percent; `None` if the run has none."""
        return _percent(self.verdict.coverage)

    @property
    def other_percent(self) -> float | None:
        """Coverage in percent of outcomes reached only by a mistake or on request; `None` if there are none."""
        return _percent(self.verdict.other_coverage)

    @property
    def by_operation(self) -> dict[str, Covered]:
        """Coverage by operation, of those that count."""
        return {operation.key: operation.coverage for operation in self.verdict.counted}

    @property
    def covered(self) -> frozenset[str]:
        """The outcomes of the main figure that were covered, as `<vendor>.<operationId>:<outcome>`."""
        return frozenset(
            f"{operation.key}:{outcome.name or outcome.status}"
            for operation in self.verdict.counted
            for outcome in operation.outcomes
            if outcome.is_main and outcome.counts
        )

    def changed_contracts(self, earlier: HistoryRun) -> tuple[str, ...]:
        """Return the vendors whose contract is not that of an earlier run."""
        before, now = earlier.verdict.contracts, self.verdict.contracts
        return tuple(vendor for vendor in now if vendor in before and set(now[vendor]) != set(before[vendor]))


@dataclass(frozen=True)
class History:
    """Runs in the order of their dates, oldest first.

    Attributes:
        runs: at least one.
        unread: sentences about files that were left out.
    """

    runs: tuple[HistoryRun, ...]
    unread: tuple[str, ...] = field(default=())

    @property
    def last(self) -> HistoryRun:
        """The latest run."""
        return self.runs[-1]

    @property
    def operations(self) -> tuple[str, ...]:
        """Keys of the operations that count in any run."""
        return tuple(sorted({key for run in self.runs for key in run.by_operation}))

    def percents(self, operation: str) -> tuple[float | None, ...]:
        """Return the coverage of an operation in each run; `None` where it does not count."""
        return tuple(_percent(run.by_operation.get(operation)) for run in self.runs)

    def changes(self) -> dict[int, tuple[str, ...]]:
        """Return the vendors whose contract is another one than in the run before, by number of the run, from 0."""
        pairs = enumerate(zip(self.runs, self.runs[1:], strict=False), 1)
        found = {number: run.changed_contracts(earlier) for number, (earlier, run) in pairs}
        return {number: vendors for number, vendors in found.items() if vendors}


def files_in(paths: Iterable[Path]) -> list[tuple[Path, bool]]:
    """Return the files, and all JSON files in the folders, each with whether the user named it; each file once.

    Raises:
        UsageError: a folder cannot be read, or has no JSON file.
    """
    found: dict[Path, tuple[Path, bool]] = {}
    for path in paths:
        if not path.is_dir():
            found[real_path(path)] = (path, True)
            continue
        try:
            inside = sorted(each for each in path.rglob("*.json") if each.is_file())
        except OSError as error:
            raise UsageError(f"cannot read the folder {path}: {error.strerror or error}") from None
        if not inside:
            raise UsageError(f"{path} has no JSON file: a folder of --history has the --json reports of runs")
        for each in inside:
            found.setdefault(real_path(each), (each, False))
    return list(found.values())


def read_run(path: Path) -> HistoryRun:
    """Read the JSON report of a run.

    Raises:
        UsageError: the file cannot be read or has no verdict.
    """
    report = read_json(path, "the report")
    try:
        verdict = Verdict.from_json(report)
    except Malformed as error:
        raise UsageError(f"{path} is no report with a verdict, which --json writes: {error}") from None
    date = _date(report)
    try:
        written = date or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError) as error:
        raise UsageError(f"cannot read the date of {path}: {error}") from None
    version = report.get("version")
    return HistoryRun(str(path), written, date is not None, version if isinstance(version, str) else "", verdict)


def history_of(runs: Iterable[HistoryRun], unread: Iterable[str] = ()) -> History:
    """Return runs in the order of their dates."""
    return History(tuple(sorted(runs, key=lambda run: (run.date, run.source))), tuple(unread))


def _date(report: Mapping[str, Any]) -> datetime | None:
    try:
        date = datetime.fromisoformat(report["date"])
        return date.astimezone(UTC) if date.tzinfo is not None else date.replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _percent(covered: Covered | None) -> float | None:
    return covered.percent if covered is not None and covered.total else None
