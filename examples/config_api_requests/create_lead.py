"""Create the lead that stands in a file; usage: create_lead.py lead.json.

Needs CONFIG_API_URL and CONFIG_API_KEY; CONFIG_API_TIME_LIMIT is how many seconds an answer may take, 10 without it.
Prints the lead's id. The exit code is one of sysexits.h: 0 if the lead was created, 65 if it was refused or lacks what
the studio wants to know, 75 if the CRM is to be tried again later, 77 if the key is refused.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

from config_api_client import ConfigApi, Refused, Unavailable

WRONG_KEY = (401, 403)
BUSY = 409


def main(path: str, crm: ConfigApi) -> int:
    """Create the lead of a file; return the exit code."""
    lead = json.loads(Path(path).read_text(encoding="utf-8"))
    born = date.fromisoformat(lead["born"]) if "born" in lead else None
    try:
        unknown = crm.mandatory() - ({"dateOfBirth"} if born else set())
        if unknown:
            print(f"refused: the studio wants {', '.join(sorted(unknown))}", file=sys.stderr)
            return os.EX_DATAERR
        print(crm.create_lead(lead["first_name"], lead["last_name"], lead["email"], born))
    except Refused as refused:
        print(f"refused: {refused}", file=sys.stderr)
        if refused.status == BUSY:
            return os.EX_TEMPFAIL
        return os.EX_NOPERM if refused.status in WRONG_KEY else os.EX_DATAERR
    except Unavailable as error:
        print(f"try again later: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL
    return os.EX_OK


def client(kind: type[ConfigApi] = ConfigApi) -> ConfigApi:
    """Return a client for what the environment says."""
    limit = float(os.environ.get("CONFIG_API_TIME_LIMIT", "10"))
    return kind(os.environ["CONFIG_API_URL"], os.environ["CONFIG_API_KEY"], time_limit=limit)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], client()))
