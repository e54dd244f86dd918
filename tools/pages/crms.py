"""docs/crms.md: what each CRM is, its operations and its demo credentials."""

from __future__ import annotations

from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "crms.md"


def render(vendors: list[Vendor]) -> str:
    """Return the page."""
    introduction = (
        "All CRMs are served on one port, each at its own paths, so a client changes only the host. "
        "`crm-mocks examples VENDOR` prints requests to copy."
    )
    return page("The CRMs", introduction, map(_section, vendors))


def _section(vendor: Vendor) -> str:
    contract = vendor.contract_file.in_force(vendor.settings_type())
    description = str(contract.document["info"].get("description", "")).strip().partition("\n\n")[0]
    operations = [
        (code(operation.key), f"{code(f'{operation.method} {operation.path}')}", operation.summary)
        for operation in contract.operations.values()
    ]
    credentials = ", ".join(f"{name} {code(value)}" for name, value in vendor.credentials.items())
    return "\n\n".join(
        [
            f"## {contract.title}",
            " ".join(description.split()),
            table(("operation", "request", "what it does"), operations),
            f"Demo credentials: {credentials or 'none'}. [More on {vendor.name}](vendors/{vendor.name}.md)",
        ]
    )
