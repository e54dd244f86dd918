"""Create the lead that stands in a file; usage: create_lead.py lead.json.

Needs CRMCOM_URL, CRMCOM_USERNAME, CRMCOM_PASSWORD and CRMCOM_ORGANISATION; CRMCOM_TIME_LIMIT is how many seconds an
answer may take, 10 without it. Prints the lead's number. The exit code is one of sysexits.h: 0 if the lead was created,
65 if it was refused, 75 if CRM.COM is to be tried again later, 77 if the login or its token is refused.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from crmcom_client import CrmCom, Refused, Unavailable

AUTHENTICATION = ".AUTHENTICATION."  # in the codes of all that has to do with logins and tokens


def main(path: str, crm: CrmCom) -> int:
    """Create the lead of a file; return the exit code."""
    lead = json.loads(Path(path).read_text(encoding="utf-8"))
    try:
        print(crm.create_lead(lead["first_name"], lead["last_name"], lead["email"], lead["weeks"]))
    except Refused as refused:
        print(f"refused: {refused}", file=sys.stderr)
        return os.EX_NOPERM if AUTHENTICATION in refused.code else os.EX_DATAERR
    except Unavailable as error:
        print(f"try again later: {error}", file=sys.stderr)
        return os.EX_TEMPFAIL
    finally:
        crm.log_out()
    return os.EX_OK


def client(kind: type[CrmCom] = CrmCom) -> CrmCom:
    """Return a client for what the environment says."""
    username, password, organisation = (
        os.environ[f"CRMCOM_{name}"] for name in ("USERNAME", "PASSWORD", "ORGANISATION")
    )
    url = f"{os.environ['CRMCOM_URL']}/crmapi/rest/v2"
    return kind(username, password, organisation, url, time_limit=float(os.environ.get("CRMCOM_TIME_LIMIT", "10")))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # numbers are texts, of any letters
    with client() as crm:
        sys.exit(main(sys.argv[1], crm))
