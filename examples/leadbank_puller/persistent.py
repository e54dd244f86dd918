"""pull_leads.py as one process for many runs; usage and environment are the same.

Prints `ready` when it awaits a run, makes one for each line of its stdin, and then prints `ready` with the exit code.
The environment variable WEAKNESS names one of leadbank_weaknesses.py, whose puller it then has.
"""

from __future__ import annotations

import os
import sys

import httpx

from leadbank_puller import Puller
from leadbank_weaknesses import WEAKNESSES
from pull_leads import main, puller


def serve(at_most: int) -> int:
    """Make runs until stdin ends; return the exit code."""
    name = os.environ.get("WEAKNESS", "")
    if name and name not in WEAKNESSES:
        print(f"there is no weakness '{name}': WEAKNESS is one of {', '.join(WEAKNESSES)}", file=sys.stderr)
        return 2
    kind = WEAKNESSES[name] if name else Puller
    with httpx.Client() as http:
        print("ready", flush=True)
        for _ in sys.stdin:
            print("ready", main(at_most, puller(http, kind)), flush=True)  # each run knows nothing of those before
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(serve(int(sys.argv[1])))
