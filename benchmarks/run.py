"""`make bench`: measures this project beside its peers and prints a table of medians and ratios."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import peers, startup


def main() -> int:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each server is started")
    arguments = parser.parse_args()
    servers = [peers.crm_mocks()]
    prism = peers.prism()
    if prism is None:
        print("Prism is left out: npm is not to be had here", file=sys.stderr)
    else:
        servers.append(prism)
    print(startup.table(startup.measure(servers, arguments.rounds)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
