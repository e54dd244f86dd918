"""Pushes a lead to an Activix receiver with urllib; MISTAKE=date writes a date on the retry that is none."""

import http.client
import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ["CRM_MOCKS_ACTIVIX_URL"] + "/activix/leads"


def push(created):
    lead = {"id": 4711, "account_id": 44, "created_at": created, "first_name": "Ada"}
    headers = {"Content-Type": "application/json", "Authorization": "Basic YWN0aXZpeDphY3Rpdml4LXNlY3JldA=="}
    with urllib.request.urlopen(urllib.request.Request(URL, json.dumps(lead).encode(), headers), timeout=60) as answer:
        return answer.read()


for created in ("2026-01-31T10:00:00+00:00", "31/01/2026" if "MISTAKE" in os.environ else "2026-01-31T10:00:00+00:00"):
    try:
        push(created)
        sys.exit(0)
    except urllib.error.HTTPError as error:
        if error.code < 500:
            sys.exit(65)
    except (OSError, http.client.HTTPException):
        pass
sys.exit(75)
