"""`crm-mocks list`: vendors, operations and outcomes."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from crm_mocks.cli.streams import text_width
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.cli.vendors import default_contract, load_vendors
from crm_mocks.outside_text import one_line

if TYPE_CHECKING:
    from crm_mocks.contract import Contract, Operation
    from crm_mocks.vendor import Vendor


@click.command("list")
@click.argument("vendors", nargs=-1, type=VENDOR, metavar="[VENDOR]...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the cause of each outcome.")
def command(vendors: tuple[str, ...], *, as_json: bool) -> None:
    """List vendors, their operations, and the outcomes of each.

    An outcome is a response status with a named example, which `Prefer: example=NAME` selects.
    """
    described = [_vendor(vendor) for vendor in load_vendors(vendors)]
    if as_json:
        import orjson

        click.echo(orjson.dumps({"vendors": described}, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n\n".join(map(_as_text, described)))


def _vendor(vendor: Vendor) -> dict[str, Any]:
    contract = default_contract(vendor)
    return {
        "name": vendor.name,
        "title": contract.title,
        "credentials": dict(vendor.credentials),
        "operations": [_operation(operation) for operation in contract.operations.values()],
        **_about_supplied(contract),
    }


def _about_supplied(contract: Contract) -> dict[str, Any]:
    """Return what a supplied contract sends, and what of it is not served."""
    if contract.supplied is None:
        return {}
    webhooks = contract.document.get("x-webhooks", {})
    return {
        "sends": [
            {"id": f"{contract.vendor}.{name}", **{key: each[key] for key in ("method", "url", "summary")}}
            for name, each in webhooks.items()
        ],
        "unserved": [str(each) for each in contract.supplied.unserved],
    }


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.key,
        "method": operation.method,
        "path": operation.path,
        "summary": operation.summary,
        "outcomes": [
            {
                "status": outcome.status,
                "name": outcome.name,
                "summary": outcome.summary,
                "cause": outcome.cause,
                "protocol": outcome.protocol,
                "only_on_request": outcome.only_on_request,
            }
            for outcome in sorted(operation.outcomes.values(), key=lambda each: each.status)
        ],
    }


def _as_text(vendor: dict[str, Any]) -> str:
    head = f"{click.style(vendor['name'], bold=True)}  {one_line(vendor['title'])}"
    sends = [
        f"  {click.style(each['id'], fg='cyan')}  sent by crm-mocks push: {' '.join(map(one_line, target))}".rstrip()
        for each in vendor.get("sends", ())
        for target in [(each["method"], each["url"])]
    ]
    unserved = [f"  not served: {one_line(each)}" for each in vendor.get("unserved", ())]
    return "\n\n".join([head, *map(_operation_as_text, vendor["operations"]), *sends, *unserved])


def _operation_as_text(operation: dict[str, Any]) -> str:
    lines = [f"  {click.style(operation['id'], fg='cyan')}  {operation['method']} {one_line(operation['path'])}"]
    if operation["summary"]:
        lines.append(f"    {one_line(operation['summary'])}")
    for status, outcomes in groupby(operation["outcomes"], key=lambda each: each["status"]):
        names = ", ".join(one_line(each["name"]) for each in outcomes)
        lines.append(click.wrap_text(f"{status}  {names}", text_width(), "    ", "         "))
    return "\n".join(lines)
