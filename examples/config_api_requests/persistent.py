"""create_lead.py as one process for many runs; usage and environment are the same.

Prints `ready` when it awaits a run, makes one for each line of its stdin, and then prints `ready` with the exit code.
The environment variable WEAKNESS names one of config_api_weaknesses.py, whose client it then has.
"""

from __future__ import annotations

import os
import sys

from config_api_client import ConfigApi
from config_api_weaknesses import WEAKNESSES
from create_lead import client, main


def serve(path: str) -> int:
    """Make runs until stdin ends; return the exit code."""
    name = os.environ.get("WEAKNESS", "")
    if name and name not in WEAKNESSES:
        print(f"there is no weakness '{name}': WEAKNESS is one of {', '.join(WEAKNESSES)}", file=sys.stderr)
        return 2
    crm = client(WEAKNESSES[name] if name else ConfigApi)
    print("ready", flush=True)
    for _ in sys.stdin:
        print("ready", main(path, crm), flush=True)
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
