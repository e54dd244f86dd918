"""The contract of a user, code of vendors, and a client."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

CONTRACT: Final = Path(__file__).parent / "contracts" / "their-crm.yaml"

RULE: Final = '''
"""Their CRM, which takes each e-mail address once."""

from crm_mocks.vendor import DocumentedRefusal, GenericVendor


class TheirCrm(GenericVendor):
    async def respond(self, context):
        if context.operation.id == "createContact":
            contacts = await context.records.all("contacts")
            if context.body["email"] in [each.get("email") for each in contacts]:
                raise DocumentedRefusal(context, "status_409")
        return await super().respond(context)
'''

CLIENT: Final = """
import json, os, sys, urllib.request

def call(method, path, body=None):
    headers = {"X-Key": "demo-key", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(os.environ["CRM_MOCKS_THEIR_CRM_URL"] + path, data, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")

contact = call("POST", "/contacts", {"email": sys.argv[1] if len(sys.argv) > 1 else "ada@example.com"})
assert call("GET", f"/contacts/{contact['id']}")["email"] == contact["email"]
"""


def write_vendor(parent: Path, name: str, code: str | None = RULE) -> Path:
    """Write the folder of a vendor and return it; without `__init__.py` if there is no code."""
    folder = parent / name
    folder.mkdir(parents=True)
    shutil.copy(CONTRACT, folder / "contract.yaml")
    if code is not None:
        (folder / "__init__.py").write_text(code)
    return folder
