"""What a client program did, given nothing or something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

FAULT: Final = "fault"
"""The class of all faults; answers are classed by their status: `2xx`, `4xx`, `5xx`."""

CLASSES: Final = ("2xx", "3xx", "4xx", "5xx", FAULT)


def class_of(status: int) -> str:
    """Return the class of a status, such as `4xx`."""
    return f"{status // 100}xx"


@dataclass(frozen=True)
class Did:
    """What the client did.

    Attributes:
        code: its exit code, as a shell has it.
        signal: name of the signal that ended it, or empty.
        stopped: it was still running at the time limit.
        seconds: how long it took.
        requests: how many requests it sent to the operation.
        met: how many of them were given what was to be given.
        gaps: seconds from each request to the operation to the next, beginning with the first.
        asked: seconds that Retry-After asked it to wait, or 0.
        hurried: it came back sooner than that.
        surplus: how many more records there are than after the plain run, by `<vendor>.<kind>`.
        refusals: statuses of the errors with which the mock itself answered further requests.
        output: the last lines of what it printed.
    """

    code: int
    signal: str = ""
    stopped: bool = False
    seconds: float = 0.0
    requests: int = 0
    met: int = 0
    gaps: tuple[float, ...] = ()
    asked: int = 0
    hurried: bool = False
    surplus: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    output: str = ""

    @property
    def ending(self) -> str:
        """How it ended, for people."""
        if self.stopped:
            return "stopped"
        return self.signal or f"exit {self.code}"

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self) | {"gaps": [round(gap, 3) for gap in self.gaps], "seconds": round(self.seconds, 3)}


@dataclass(frozen=True)
class Plain:
    """The run in which the client was given nothing.

    Attributes:
        code, signal, stopped, seconds, output: as in `Did`.
        requests: how many it sent, by operation, in the order of their first.
        outcomes: with which successes they were answered, by operation.
        storing: operations that changed what the CRM has stored.
        records: how many records there were then, by `<vendor>.<kind>`.
    """

    code: int
    signal: str = ""
    stopped: bool = False
    seconds: float = 0.0
    output: str = ""
    requests: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    storing: frozenset[str] = frozenset()
    records: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        return asdict(self) | {"storing": sorted(self.storing), "seconds": round(self.seconds, 3)}
