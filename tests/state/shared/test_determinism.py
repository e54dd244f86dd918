"""Two replicas that share a state give the same bytes as one process, request for request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.state.shared.server import StateServer

SHARED = "CRM_MOCKS_TEST_STATE"
ROOT = Path(__file__).parent.parent.parent.parent


def replay(**environment: str) -> dict[str, list[Any]]:
    """Return all responses to the requests of `tests.vendors.replay`, by session."""
    path = os.pathsep.join([str(ROOT), *sys.path])
    inherited = {name: value for name, value in os.environ.items() if name != SHARED}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.vendors.replay", "1"],
        env={**inherited, "PYTHONPATH": path, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, list[Any]] = json.loads(done.stdout)
    return answers


def test_two_replicas_in_turn_give_the_bytes_of_one_process(server: StateServer) -> None:
    alone, shared = replay(), replay(**{SHARED: server.url})
    differing = [
        f"{name} {number}: {one} != {other}"
        for name, answers in alone.items()
        for number, (one, other) in enumerate(zip(answers, shared[name], strict=True))
        if one != other
    ]
    assert not differing, "\n".join(differing[:5])
    assert sum(map(len, alone.values())) == 600
