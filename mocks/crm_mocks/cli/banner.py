"""The banner that `serve` prints on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crm_mocks import __version__
from crm_mocks.asgi.pages import about_supplied
from crm_mocks.contract import Contract
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.vendor import Vendor

_SHOWN: Final = 20
"""Maximum number of operations and other lines of one kind that are shown of a vendor."""


def banner(prepared: PreparedServer, *, seed: int, workers: int = 1, console: Console | None = None) -> None:
    """Print the URL, the vendors and what to try next.

    Args:
        prepared: the server.
        seed: seed of all generated values.
        workers: number of workers.
        console: output; stdout by default. Rich respects NO_COLOR.
    """
    console = console or Console(highlight=False)
    console.print(f"\n[bold]crm-mocks {__version__}[/]  {prepared.url}\n")
    console.print(_vendors(prepared, console.width), "", sep="\n")
    for name, value in _facts(prepared, seed, workers):
        console.print(f"[dim]{name:<13}[/] {escape(value)}", soft_wrap=True)
    console.print("[dim]press Ctrl-C to stop[/]\n")


def _vendors(prepared: PreparedServer, width: int) -> Table:
    """Return the table of vendors; on a narrow terminal, endpoints are shown without the server's URL."""
    mock_app = prepared.application.mock_app
    names = max(map(len, mock_app.vendors)) + 3
    table = Table(box=None, padding=(0, 3, 1, 0), pad_edge=False, show_header=False)
    table.add_column("vendor", no_wrap=True)
    table.add_column("endpoints", overflow="fold")
    for name, vendor in mock_app.vendors.items():
        operations = [*mock_app.contracts[name].operations.values()]
        longest = names + 5 + len(prepared.url) + max((len(each.path) for each in operations), default=0)
        base = prepared.url if longest <= width else ""
        credentials = "  ".join(f"{key}: {value}" for key, value in vendor.credentials.items())
        lines = [
            *(escape(f"{each.method:<4} {base}{each.path}") for each in operations[:_SHOWN]),
            *([f"and {len(operations) - _SHOWN} more: crm-mocks list"] if len(operations) > _SHOWN else ()),
            f"[yellow]{escape(credentials) or 'no credentials'}[/]",
            f"[dim]{escape(prepared.url)}/openapi/{escape(name)}.json[/]",
            *(f"[dim]{escape(line)}[/]" for line in _about_supplied(vendor, mock_app.contracts[name])),
        ]
        table.add_row(f"[cyan]{escape(name)}[/]", "\n".join(lines))
    return table


def _about_supplied(vendor: Vendor, contract: Contract) -> Iterator[str]:
    """Yield what was recognised in a supplied contract, and what is not served and why."""
    about = about_supplied(vendor, contract)
    for key, title in (("recognised", "recognised"), ("unserved", "not served"), ("notes", "without effect")):
        lines = about.get(key, [])
        yield from (f"{title}: {line}" for line in lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield f"{title}: {len(lines) - _SHOWN} more, listed at the URL above"


def _facts(prepared: PreparedServer, seed: int, workers: int) -> list[tuple[str, str]]:
    now = prepared.application.mock_app.now
    facts = [("seed", str(seed))]
    if now is not None:
        facts.append(("clock", f"frozen at {now.isoformat()}"))
    if workers > 1:
        facts.append(("workers", str(workers)))
    facts.append(("control API", f"{prepared.url}/__admin/health"))
    if prepared.admin_token is not None:
        facts.append(("admin token", prepared.admin_token))
        facts.append(("open once", prepared.application.page_access.new_link(prepared.url)))
    else:
        facts.insert(0, ("live page", f"{prepared.url}/"))
    if prepared.ca_file is not None:
        facts.append(("trust", prepared.ca_file))
    facts.append(("try", "crm-mocks examples VENDOR"))
    return facts
