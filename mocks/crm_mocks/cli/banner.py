"""The banner that `serve` prints on a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

import click

from crm_mocks import __version__
from crm_mocks.asgi.pages import about_supplied
from crm_mocks.cli.examples import URL as EXAMPLES_URL
from crm_mocks.cli.terminal_lines import Piece, columns, lines
from crm_mocks.contract import Contract
from crm_mocks.outside_text import one_line
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.vendor import Vendor
from crm_mocks.vendor_sources import supplied_contracts

_SHOWN: Final = 20
"""Maximum number of operations and other lines of one kind that are shown of a vendor."""
_MAX_NAME: Final = 20
"""Columns of the widest name that has its vendor's lines beside it; below a wider one, they are indented."""
_NARROW: Final = 60
"""Columns of a terminal on which the vendors' lines are below their names."""
_LABEL: Final = 16
"""Columns of the label of a fact."""


def banner(prepared: PreparedServer, *, seed: int, width: int, workers: int = 1) -> str:
    """Return the URL, the vendors and what to try next, styled. No URL, credential or other value is broken.

    Args:
        prepared: the server.
        seed: seed of all generated values.
        width: width of the terminal.
        workers: number of workers.
    """
    title = (Piece(f"crm-mocks {__version__}", {"bold": True}, gap=0), Piece(prepared.url, is_value=True))
    blocks = ["\n".join(("", *lines(title, width, 0))), *_vendors(prepared, width)]
    facts = [
        line
        for label, value in _facts(prepared, seed, workers)
        for line in lines(
            (Piece(label, {"dim": True}, gap=0), Piece(value, gap=_LABEL - len(label), is_value=True)), width, 2
        )
    ]
    return "\n\n".join([*blocks, "\n".join([*facts, click.style("press Ctrl-C to stop", dim=True), ""])])


def _vendors(prepared: PreparedServer, width: int) -> Iterator[str]:
    """Yield a block of lines for each vendor, beside its name, or below it if the terminal is narrow."""
    names = max(map(columns, prepared.application.mock_app.vendors))
    is_beside = width >= _NARROW and names <= _MAX_NAME
    indent = names + 3 if is_beside else 2
    for name, vendor in prepared.application.mock_app.vendors.items():
        shown = [
            line for pieces in _of_vendor(prepared, vendor, width - indent) for line in lines(pieces, width - indent, 2)
        ]
        head = click.style(name, fg="cyan")
        first = head + " " * (indent - columns(name)) if is_beside else f"{head}\n{' ' * indent}"
        yield first + f"\n{' ' * indent}".join(shown)


def _of_vendor(prepared: PreparedServer, vendor: Vendor, width: int) -> Iterator[list[Piece]]:
    """Yield the pieces of each line about a vendor; endpoints are shown with the server's URL if that fits."""
    contract = prepared.application.mock_app.contracts[vendor.name]
    operations = [*contract.operations.values()]
    longest = 5 + len(prepared.url) + max((len(each.path) for each in operations), default=0)
    base = prepared.url if longest <= width else ""
    for each in operations[:_SHOWN]:
        yield [Piece(f"{each.method:<4} {base}{one_line(each.path)}", gap=0, is_value=True)]
    if len(operations) > _SHOWN:
        yield [Piece(f"and {len(operations) - _SHOWN} more: crm-mocks list", gap=0)]
    credentials = [f"{key}: {value}" for key, value in vendor.credentials.items()] or ["no credentials"]
    yield [
        Piece(each, {"fg": "yellow"}, gap=2 if number else 0, is_value=True) for number, each in enumerate(credentials)
    ]
    yield [Piece(f"{prepared.url}/openapi/{vendor.name}.json", {"dim": True}, gap=0, is_value=True)]
    for line in _about_supplied(vendor, contract):
        yield [
            Piece(word, {"dim": True}, gap=int(bool(number))) for number, word in enumerate(one_line(line).split(" "))
        ]


def _about_supplied(vendor: Vendor, contract: Contract) -> Iterator[str]:
    """Yield what was recognised in a supplied contract, and what is not served and why."""
    about = about_supplied(vendor, contract)
    for key, title in (("recognised", "recognised"), ("unserved", "not served"), ("notes", "without effect")):
        found = about.get(key, [])
        yield from (f"{title}: {line}" for line in found[:_SHOWN])
        if len(found) > _SHOWN:
            yield f"{title}: {len(found) - _SHOWN} more, listed at the URL above"


def _facts(prepared: PreparedServer, seed: int, workers: int) -> list[tuple[str, str]]:
    now = prepared.application.mock_app.now
    facts = [("seed", str(seed))]
    if now is not None:
        facts.append(("clock", f"frozen at {now.isoformat()}"))
    if workers > 1:
        facts.append(("workers", str(workers)))
    facts.append(("control API", f"{prepared.url}/__admin/health"))
    if prepared.admin_token is not None:
        shown = prepared.admin_token if prepared.is_token_generated else "the given one"
        facts.append(("admin token", shown))
        facts.append(("open once", prepared.application.page_access.new_link(prepared.url)))
    else:
        facts.insert(0, ("live page", f"{prepared.url}/"))
    if prepared.ca_file is not None:
        facts.append(("trust", prepared.ca_file))
    facts.append(("try", _examples(prepared)))
    facts.append(("judge a client", "crm-mocks run -- COMMAND"))
    return facts


def _examples(prepared: PreparedServer) -> str:
    """Return the command that prints requests to the first vendor at this URL, to paste."""
    name = next(iter(prepared.application.mock_app.vendors))
    written = next((each.written() for each in supplied_contracts() if each.name == name), name)
    url = "" if prepared.url == EXAMPLES_URL else f" --url {shlex.quote(prepared.url)}"
    return f"crm-mocks examples {shlex.quote(written)}{url}"
