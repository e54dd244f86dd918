"""What all attacks share: making inputs by number, trying them, keeping those that found a fault."""

from __future__ import annotations

import hashlib
import json
import signal
import threading
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

CORPUS = Path(__file__).with_name("corpus")
SLOW_SECONDS = 2.0
"""Time of the processor that no input may take."""
HANG_SECONDS = 30
"""Time after which an input counts as one that never ends, without what others have the processor."""

Input = dict[str, Any]


class Attack(ABC):
    """One kind of attack; an input is JSON.

    Attributes:
        name: name in table and corpus.
        held: what is closed in the end.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.held = ExitStack()

    @abstractmethod
    def make(self, rng: Random) -> Input:
        """Return an input."""

    @abstractmethod
    def fault(self, made: Input) -> str:
        """Try an input; return what is wrong, or an empty string."""

    def try_input(self, made: Input) -> str:
        """Return what is wrong about an input, be it a crash or the time that it takes."""
        began = time.process_time()
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", UserWarning)
            try:
                with _alarm():
                    fault = self.fault(made)
            except (Exception, SystemExit) as error:  # noqa: BLE001  # each crash is a fault
                return f"{type(error).__name__}: {error}"[:300]
        taken = time.process_time() - began
        shown = [
            each.message for each in warned if issubclass(each.category, UserWarning)
        ]  # stderr has their traceback
        slow = f"takes {taken:.1f} s" if taken > SLOW_SECONDS else ""
        return fault or slow or (f"warns: {shown[0]}"[:300] if shown else "")

    def close(self) -> None:
        self.held.close()


class Hangs(BaseException):
    """An input takes longer than `HANG_SECONDS`; no handler of exceptions takes it for one of the product's."""


@contextmanager
def _alarm() -> Iterator[None]:
    """Turn what never ends into an exception, in the main thread of systems that can."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    end = time.monotonic() - _waited() + HANG_SECONDS

    def ring(*_: object) -> None:
        if time.monotonic() - _waited() >= end:
            raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS, 1)  # rings again if a destructor has swallowed the exception
    try:
        yield
    except Hangs:
        raise TimeoutError(f"takes more than {HANG_SECONDS} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _waited() -> float:
    """Return how long the main thread has waited for a processor, in seconds; 0 where that is unknown."""
    try:
        return int(Path("/proc/self/schedstat").read_bytes().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


@dataclass(frozen=True)
class Kind:
    """A kind of attack, before anything is started for it.

    Attributes:
        name: see `Attack`.
        attacked: what is attacked, in the table.
        make: makes the attack, given the name.
        inputs: number of inputs that the suite tries.
        lacks: returns what this machine lacks for it; empty if nothing.
    """

    name: str
    attacked: str
    make: Callable[[str], Attack]
    inputs: int = 300
    lacks: Callable[[], str] = str


@dataclass
class Tally:
    """What an attack came to."""

    kind: str
    tried: int = 0
    faults: list[tuple[str, Input]] = field(default_factory=list)


def inputs(attack: Attack, numbers: Iterable[int], seed: int = 1) -> Iterator[Input]:
    """Yield the inputs of some numbers, always the same ones."""
    for number in numbers:
        yield attack.make(Random(f"{seed} {attack.name} {number}"))


def run(attack: Attack, made_inputs: Iterable[Input], tally: Tally) -> Tally:
    """Try inputs."""
    for made in made_inputs:
        fault = attack.try_input(made)
        tally.tried += 1
        if fault:
            tally.faults.append((fault, made))
    return tally


def kept() -> Iterator[tuple[Path, str, Input]]:
    """Yield the corpus: file, kind and input."""
    for path in sorted(CORPUS.glob("*.json")):
        entry = json.loads(path.read_text("utf-8"))
        yield path, entry["kind"], entry["input"]


def keep(tally: Tally) -> list[Path]:
    """Write the inputs that found faults to the corpus; one for each fault."""
    written = []
    for fault, made in dict(reversed(tally.faults)).items():
        text = json.dumps({"kind": tally.kind, "fault": fault, "input": made}, indent=1)
        name = f"{tally.kind.replace(' ', '_')}_{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
        (CORPUS / name).write_text(text + "\n", "utf-8")
        written.append(CORPUS / name)
    return written
