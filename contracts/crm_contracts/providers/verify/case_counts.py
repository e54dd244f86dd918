"""How many cases each operation was tried with, and how many reached success."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class CaseCount:
    """Cases of one operation.

    Attributes:
        cases: requests sent.
        valid: those of them that keep to the contract.
        successes: those that reached one of the operation's successes.
    """

    cases: int = 0
    valid: int = 0
    successes: int = 0

    def __add__(self, other: CaseCount) -> CaseCount:
        return CaseCount(self.cases + other.cases, self.valid + other.valid, self.successes + other.successes)

    @property
    def share(self) -> float:
        """Share of all cases that reached success."""
        return self.successes / self.cases if self.cases else 0.0

    def cases_wanted(self, share: float) -> int:
        """Return how many more cases, all of which succeed, bring the share of successes to at least this much."""
        return max(0, math.ceil((share * self.cases - self.successes) / (1 - share)))


@dataclass
class CaseCounts:
    """Tallies by operationId."""

    operations: dict[str, CaseCount] = field(default_factory=dict)

    def count(self, operation: str, *, valid: bool, success: bool) -> None:
        """Count one case."""
        self.add(operation, CaseCount(1, int(valid), int(success)))

    def add(self, operation: str, tally: CaseCount) -> None:
        """Add the cases of another run."""
        self.operations[operation] = self.operations.get(operation, CaseCount()) + tally

    def write(self, path: Path) -> None:
        """Write the figures as JSON."""
        path.write_text(json.dumps({name: asdict(tally) for name, tally in self.operations.items()}), "utf-8")

    @classmethod
    def read(cls, path: Path) -> CaseCounts:
        """Read what `write` wrote; no file is no cases, as when schemathesis could not even start."""
        if not path.is_file():
            return cls()
        return cls({name: CaseCount(**tally) for name, tally in json.loads(path.read_text("utf-8")).items()})

    def lines(self) -> Iterator[str]:
        """Yield a line for each operation."""
        for name, tally in sorted(self.operations.items()):
            yield (
                f"{name:<28} {tally.cases:>6} cases, {tally.valid:>6} valid, "
                f"{tally.successes:>6} succeeded: {tally.share:4.0%}"
            )
