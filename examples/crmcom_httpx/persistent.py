"""create_lead.py as one process for many runs; usage and environment are the same.

Prints `ready` when it awaits a run, makes one for each line of its stdin, and then prints `ready` with the exit code.
The environment variable WEAKNESS names one of crmcom_weaknesses.py, whose client it then has.
"""

from __future__ import annotations

import os
import sys

from create_lead import client, main
from crmcom_client import CrmCom
from crmcom_weaknesses import WEAKNESSES


def serve(path: str) -> int:
    """Make runs until stdin ends; return the exit code."""
    name = os.environ.get("WEAKNESS", "")
    if name and name not in WEAKNESSES:
        print(f"there is no weakness '{name}': WEAKNESS is one of {', '.join(WEAKNESSES)}", file=sys.stderr)
        return 2
    with client(WEAKNESSES[name] if name else CrmCom) as crm:
        print("ready", flush=True)
        for _ in sys.stdin:
            print("ready", main(path, crm), flush=True)
    return os.EX_OK


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(serve(sys.argv[1]))
