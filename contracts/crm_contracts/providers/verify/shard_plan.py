"""What a shard of a verification does: the operations of some paths, and some scenarios."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from crm_contracts.providers.verify.options import SCENARIOS
from crm_contracts.providers.verify.runner import PHASES, STATEFUL
from crm_contracts.shard import Shard
from crm_mocks.contract import Operation

_BY_OPERATION: Final = tuple(phase for phase in PHASES if phase != STATEFUL)


@dataclass(frozen=True)
class SchemathesisRun:
    """One run of schemathesis.

    Attributes:
        phases: its phases.
        operations: operationIds that it tests; `None` for all that may be called.
    """

    phases: tuple[str, ...]
    operations: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ShardPlan:
    """What a shard does.

    Attributes:
        scenarios: names of the scenarios to play.
        runs: runs of schemathesis.
        idle: why the shard has nothing to do, in a sentence; else empty.
    """

    scenarios: tuple[str, ...] = ()
    runs: tuple[SchemathesisRun, ...] = ()
    idle: str = ""


def plan(shard: Shard, phases: Collection[str], operations: Iterable[Operation], scenarios: Iterable[str]) -> ShardPlan:
    """Return what a shard does.

    The operations of a path stay together, since the methods that it lacks are tried once for each path. Chains of
    operations (the phase `stateful`) concern all of them, so they belong to the last shard that has work.

    Args:
        shard: the shard.
        phases: selected phases.
        operations: operations that may be called.
        scenarios: names of the vendor's scenarios.
    """
    called = list(operations)
    names = list(scenarios) if SCENARIOS in phases else []
    by_operation = tuple(phase for phase in _BY_OPERATION if phase in phases) if called else ()
    chained = STATEFUL in phases and bool(called)
    if shard.is_whole:
        chosen = (*by_operation, *((STATEFUL,) if chained else ()))
        return ShardPlan(tuple(names), (SchemathesisRun(chosen),) if chosen else ())
    paths = list(dict.fromkeys(each.path for each in called)) if by_operation else []
    parts = min(shard.total, len(paths or names) or int(chained))
    if shard.number > parts:
        return ShardPlan(idle=f"shard {shard} has nothing to do: there is work for {parts}")
    part = Shard(shard.number, parts)
    own = set(part.of(paths))
    runs = [SchemathesisRun(by_operation, tuple(each.id for each in called if each.path in own))] if own else []
    if chained and part.number == part.total:
        runs.append(SchemathesisRun((STATEFUL,)))
    return ShardPlan(tuple(part.of(names)), tuple(runs))
