"""A forced success does not poison what follows: no request is refused because the mock does not know its response."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.verdicts.conftest import CASES, StateRow

CrmMocks = Callable[..., subprocess.CompletedProcess[str]]
TOPIC = "after a forced success"
CLIENTS = CASES / "clients"
QUEUE = """curl -sSf "$CRM_MOCKS_URL"/__admin/responses -d '{}' >/dev/null"""
TOKEN = """curl -sSf "$CRM_MOCKS_URL"/activix/oauth/token -u activix:activix-secret -d grant_type=client_credentials"""
PUSH = (
    """curl -sSf "$CRM_MOCKS_URL"/activix/leads -H "Authorization: Bearer $token" -H 'Content-Type: application/json'"""
)
LEAD = '{"id": 1, "account_id": 44, "status": null}'
CONFIG = (
    '{"addressMode": "OPTIONAL", "dateOfBirthMode": "OPTIONAL", "genderMode": "OPTIONAL", "telephoneMode": "OPTIONAL", '
    '"additionalInformation": [{"additionalFieldId": 4711, "name": "Size", "mode": "OPTIONAL", "type": "NUMERIC", '
    '"allowMultiSelection": false}]}'
)
CREATE = (
    """curl -sSf "$CRM_MOCKS_URL"/v1/leads/create -H 'x-api-key: demo-key' -H 'Content-Type: application/json' -d """
    """'{"leadCustomer": {"firstname": "A", "lastname": "B", "email": "a@example.com"}, """
    """"additionalInformation": [{"additionalFieldId": 4711, "value": "42"}]}'"""
)
FLOWS = {
    "Activix: token, then push": (
        '{"operation": "activix.issueToken", "example": "token_issued"}',
        f"""token=$({TOKEN} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'); {PUSH} -d '{LEAD}'""",
    ),
    "CRM.COM: login, then three leads": (
        '{"operation": "crmcom.createToken", "body": {"status": {"code": "OK"}, "data": {"token": "T"}}}',
        f"{sys.executable} {CLIENTS / 'crmcom_async.py'}",
    ),
    "LeadBank: sample leads, then confirmation and acknowledgement": (
        '{"operation": "leadbank.getLeads", "example": "leads"}',
        f"node {CLIENTS / 'httponly.mjs'}",
    ),
    "LeadBank: confirmation, then acknowledgement": (
        '{"operation": "leadbank.validateGetLeads", "example": "confirmed"}',
        f"node {CLIENTS / 'httponly.mjs'}",
    ),
    "Config API: lead config, then a lead with its field": (
        f'{{"operation": "config_api.getLeadConfig", "body": {CONFIG}}}',
        f"""curl -sSf "$CRM_MOCKS_URL"/v1/leads/config -H 'x-api-key: demo-key' && {CREATE}""",
    ),
}


@pytest.mark.parametrize("flow", FLOWS)
def test_requests_that_follow_are_not_refused(crm_mocks: CrmMocks, state_row: StateRow, flow: str) -> None:
    queued, client = FLOWS[flow]
    if client.startswith("node") and shutil.which("node") is None:
        pytest.skip("there is no Node")
    done = crm_mocks("run", "--", "sh", "-ec", f"{QUEUE.format(queued)}; {client}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Contract kept" in done.stdout
    assert "Refused although" not in done.stdout
    assert "lead_not_received" not in done.stdout.partition("not tested")[0]
    state_row(TOPIC, flow, "exit 0: none refused")
