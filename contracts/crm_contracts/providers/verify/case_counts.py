"""Numbers of cases by operation, and how many of them succeeded."""

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
        valid: requests that satisfy the contract.
        successes: requests that succeeded.
        unknown: requests that satisfy the contract, name no record that is known to exist, and got 404 or 410.
    """

    cases: int = 0
    valid: int = 0
    successes: int = 0
    unknown: int = 0

    def __add__(self, other: CaseCount) -> CaseCount:
        return CaseCount(
            self.cases + other.cases,
            self.valid + other.valid,
            self.successes + other.successes,
            self.unknown + other.unknown,
        )

    @property
    def share(self) -> float:
        """Share of the cases that succeeded, from 0 to 1."""
        return self.successes / self.cases if self.cases else 0.0

    def cases_needed(self, share: float) -> int:
        """Return how many more cases, if all succeed, raise the share of successes to at least `share`."""
        return max(0, math.ceil((share * self.cases - self.successes) / (1 - share)))


@dataclass
class CaseCounts:
    """Counts of cases by operationId."""

    operations: dict[str, CaseCount] = field(default_factory=dict)

    def count(self, operation: str, *, valid: bool, success: bool, unknown: bool = False) -> None:
        """Count one case."""
        self.add(operation, CaseCount(1, int(valid), int(success), int(unknown)))

    def add(self, operation: str, count: CaseCount) -> None:
        """Add the cases of another run."""
        self.operations[operation] = self.operations.get(operation, CaseCount()) + count

    def write(self, path: Path) -> None:
        """Write the counts as JSON."""
        path.write_text(json.dumps({name: asdict(count) for name, count in self.operations.items()}), "utf-8")

    @classmethod
    def read(cls, path: Path) -> CaseCounts:
        """Read what `write` wrote; return no cases if the file is missing, as when schemathesis could not start."""
        if not path.is_file():
            return cls()
        return cls({name: CaseCount(**count) for name, count in json.loads(path.read_text("utf-8")).items()})

    def lines(self) -> Iterator[str]:
        """Yield a line for each operation."""
        for name, count in sorted(self.operations.items()):
            yield (
                f"{name:<28} {count.cases:>6} cases, {count.valid:>6} valid, "
                f"{count.successes:>6} succeeded: {count.share:4.0%}"
            )
