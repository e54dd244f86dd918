"""Completion of option values of these commands in a shell: what may be allowed or expected, cases, rules, phases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import click

from crm_mocks.cli.value_completion import contracts_in, names


@names
def allowances(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete entries of the allow-list: operations, then their outcomes and statuses; positions."""
    owner, colon, _ = incomplete.partition(":")
    contracts = contracts_in(ctx)
    if not colon:
        yield "position:", "findings that rest on a position"
        for operation in chain.from_iterable(each.operations.values() for each in contracts):
            yield f"{operation.key}:", f"{operation.method} {operation.path}"
    elif owner == "position":
        positions = {name: position.choice for each in contracts for name, position in each.positions.items()}
        yield from ((f"position:{name}", text) for name, text in sorted(positions.items()))
    else:
        yield f"{owner}:*", "everything"
        for each in contracts:
            for operation in (each.operations[key] for key in each.operations if each.operations[key].key == owner):
                yield from ((f"{owner}:{outcome.name}", outcome.cause) for outcome in operation.outcomes.values())
                statuses = sorted({outcome.status for outcome in operation.outcomes.values()})
                yield from ((f"{owner}:{status}", "") for status in statuses)


@names
def expectations(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Iterator[str]:
    """Complete what `--expect` states exit codes for: classes, faults and outcomes, also of one operation."""
    from crm_contracts.clients.model import CLASSES
    from crm_mocks.faults import Fault

    owner, colon, _ = incomplete.partition(":")
    operations = [each for contract in contracts_in(ctx) for each in contract.operations.values()]
    if colon:
        yield from (f"{owner}:{name}=" for each in operations if each.key == owner for name in each.outcomes)
        return
    outcomes = dict.fromkeys(name for each in operations for name in each.outcomes)
    yield from (f"{name}=" for name in (*CLASSES, *Fault, *outcomes))
    yield from (f"{each.key}:" for each in operations)


@names
def cases(ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete the cases that `push` sends as the vendor on the command line."""
    from crm_contracts.providers.push.target import PushOptions, make_sender
    from crm_mocks.cli.value_completion import vendors_in

    for vendor in vendors_in(ctx):
        yield from ((each.name, each.about) for each in make_sender(vendor, PushOptions()).cases())


@names
def rule_ids(_ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[tuple[str, str]]:
    """Complete the rules of `lint`."""
    from crm_contracts.lint.author.runner import author_rules
    from crm_contracts.lint.runner import rules as house_rules

    yield from ((each.id, each.why) for each in author_rules())
    yield from ((each.id, each.why) for each in house_rules())


@names
def phases(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> Iterator[str]:
    """Complete the phases of `verify`, separated by commas."""
    from crm_contracts.providers.verify.options import ALL_PHASES

    earlier, comma, _ = incomplete.rpartition(",")
    chosen = earlier.split(",")
    yield from (f"{earlier}{comma}{phase}" for phase in ALL_PHASES if phase not in chosen)


@names
def credentials(ctx: click.Context, _param: click.Parameter, _incomplete: str) -> Iterator[str]:
    """Complete `NAME=` of the credentials of the vendor on the command line."""
    from crm_mocks.cli.value_completion import vendors_in
    from crm_mocks.vendor import load_vendor

    for vendor in vendors_in(ctx):
        yield from (f"{name}=" for name in load_vendor(vendor).credentials or ("username", "password"))
