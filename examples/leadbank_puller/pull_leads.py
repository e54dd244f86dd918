"""Pull a batch of leads, and print each on a line of its own, as JSON; usage: pull_leads.py AT_MOST.

Needs LEADBANK_URL; LEADBANK_TIME_LIMIT is how many seconds an answer may take, 10 without it. To be run time and again:
a batch that could not be confirmed comes again then. The exit code is one of sysexits.h: 0 if there is nothing left to
be done, 65 if LeadBank refuses what it is told, 75 if it is to be tried again later.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import httpx

from leadbank_puller import LeadBankError, Puller, Unavailable


def write(lead: dict[str, Any]) -> None:
    """Print a lead, and see that it is out before it is confirmed."""
    print(json.dumps(lead), flush=True)


def main(at_most: int, puller: Puller) -> int:
    """Pull a batch; return the exit code."""
    try:
        puller.pull(at_most)
    except Unavailable as error:
        print(f"try again later: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL
    except LeadBankError as error:
        print(f"refused: {error}", file=sys.stderr)
        return os.EX_DATAERR
    return os.EX_OK


def puller(http: httpx.Client, kind: type[Puller] = Puller) -> Puller:
    """Return a puller for what the environment says."""
    limit = float(os.environ.get("LEADBANK_TIME_LIMIT", "10"))
    return kind(os.environ["LEADBANK_URL"], write, http=http, time_limit=limit)


if __name__ == "__main__":
    with httpx.Client() as http:
        sys.exit(main(int(sys.argv[1]), puller(http)))
