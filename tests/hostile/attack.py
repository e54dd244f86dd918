"""What all attacks share: making inputs by number, trying them, keeping those that found a fault."""

from __future__ import annotations

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

CORPUS = Path(__file__).with_name("corpus")
SLOW_SECONDS = 2.0
"""Time of the processor that no input may take."""

Input = dict[str, Any]


class Attack(ABC):
    """One kind of attack; an input is JSON.

    Attributes:
        name: name in table and corpus.
        held: what is closed in the end.
    """

    name: str

    def __init__(self) -> None:
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
        try:
            fault = self.fault(made)
        except Exception as error:  # noqa: BLE001  # each crash is a fault
            return f"{type(error).__name__}: {error}"[:300]
        taken = time.process_time() - began
        return fault or (f"takes {taken:.1f} s" if taken > SLOW_SECONDS else "")

    def close(self) -> None:
        self.held.close()


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
