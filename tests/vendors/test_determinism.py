"""The same seed, time and requests give the same bytes, in any process and however sessions interleave."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent


@functools.cache
def replay(order_seed: int, hash_seed: int) -> dict[str, list[Any]]:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.vendors.replay", str(order_seed)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answers: dict[str, list[Any]] = json.loads(done.stdout)
    return answers


def test_answers_are_the_same_bytes_in_two_processes(figures: Callable[[str], None]) -> None:
    first, second = replay(order_seed=1, hash_seed=1), replay(order_seed=2, hash_seed=2)
    differing = [
        f"{name} {number}: {one} != {other}"
        for name, answers in first.items()
        for number, (one, other) in enumerate(zip(answers, second[name], strict=True))
        if one != other
    ]
    assert not differing, "\n".join(differing[:5])
    successes = sum(1 for answers in first.values() for answer in answers if answer[1] < 300)
    total = sum(map(len, first.values()))
    figures(f"{total} answers in {len(first)} interleaved sessions, {successes} of them successes: all the same bytes")
    assert successes > total / 4


def test_sessions_have_values_of_their_own() -> None:
    answers = replay(order_seed=1, hash_seed=1)
    one, two = ({answer[3] for answer in answers[name]} for name in ("one", "two"))
    assert one != two
