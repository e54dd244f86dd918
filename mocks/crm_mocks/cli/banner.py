"""The banner that a person at a terminal sees when the mocks are up."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from crm_mocks import __version__
from crm_mocks.server.plan import Prepared


def banner(prepared: Prepared, *, seed: int, console: Console | None = None) -> None:
    """Print what is served, where, and how to go on.

    Args:
        prepared: what is served.
        seed: of all generated values.
        console: where to print; stdout by default. Rich heeds NO_COLOR.
    """
    console = console or Console(highlight=False)
    console.print(f"\n[bold]crm-mocks {__version__}[/]  {prepared.url}\n")
    console.print(_vendors(prepared))
    for name, value in _facts(prepared, seed):
        console.print(f"[dim]{name:<13}[/] {escape(value)}", soft_wrap=True)
    console.print("[dim]stop with Ctrl-C[/]\n")


def _vendors(prepared: Prepared) -> Table:
    table = Table(box=None, padding=(0, 3, 1, 0), pad_edge=False, header_style="dim")
    for heading in ("vendor", "endpoints", "credentials"):
        table.add_column(heading, overflow="fold")
    suite = prepared.application.suite
    for name, vendor in suite.vendors.items():
        endpoints = [f"{each.method:<4} {each.path}" for each in suite.contracts[name].operations.values()]
        credentials = [f"{key}: {value}" for key, value in vendor.credentials.items()]
        table.add_row(
            f"[cyan]{escape(name)}[/]",
            "\n".join([*map(escape, endpoints), f"[dim]contract /openapi/{escape(name)}.json[/]"]),
            "\n".join(map(escape, credentials)) or "[dim]none[/]",
        )
    return table


def _facts(prepared: Prepared, seed: int) -> list[tuple[str, str]]:
    options = prepared.application.suite.options
    facts = [("seed", str(seed))]
    if options.now is not None:
        facts.append(("clock", f"stands at {options.now.isoformat()}"))
    facts.append(("control API", f"{prepared.url}/__admin/health"))
    if prepared.admin_token is not None:
        facts.append(("admin token", prepared.admin_token))
    if prepared.ca_file is not None:
        facts.append(("trust", prepared.ca_file))
    facts.append(("try", "crm-mocks examples VENDOR"))
    return facts
