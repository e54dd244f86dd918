"""Comparing two OpenAPI documents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.deep import deeply
from crm_contracts.diff.errors import DocumentError
from crm_contracts.diff.model import Audience, Change, Diff, Version
from crm_contracts.diff.operations import ComparedOperation, label, match, operations_of
from crm_contracts.diff.requests import compare_requests
from crm_contracts.diff.responses import compare_responses
from crm_contracts.diff.schemas.comparer import Comparer
from crm_contracts.diff.schemas.reader import SchemaReader
from crm_contracts.diff.security import compare_security
from crm_contracts.diff.sent import SentOperation, callbacks_of, webhooks_of
from crm_contracts.diff.servers import compare_servers
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import BOTH, Direction, Effect


def compare(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    names: tuple[str, str] = ("old", "new"),
    audiences: Collection[Audience] = tuple(Audience),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Diff:
    """Return all changes from one contract to another.

    Args:
        old: OpenAPI document, 3.0 or 3.1, whose keys are all strings.
        new: OpenAPI document likewise.
        names: names of the two in reports.
        audiences: for whom a breaking change fails.
        progress: called with the number of operations compared so far, and in total.

    Raises:
        DocumentError: a document is not OpenAPI, or refers to something that it does not contain.
    """
    try:
        changes = deeply(_Walk(old, new, progress).changes)
    except RecursionError:
        raise DocumentError("the contract is nested too deeply to be compared") from None
    selected = tuple(audience for audience in Audience if audience in audiences)
    return Diff(_version(names[0], old), _version(names[1], new), tuple(changes), selected)


def _version(name: str, document: Mapping[str, Any]) -> Version:
    info = nodes.mapping(document, "info")
    return Version(name, str(info.get("title", "")), str(info.get("version", "")))


class _Walk:
    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], progress: Callable[[int, int], None]) -> None:
        self.old, self.new = old, new
        self.progress = progress
        self.trail = Trail()
        self.comparers = {each: Comparer(SchemaReader(old, each), SchemaReader(new, each)) for each in Direction}

    def changes(self) -> list[Change]:
        compare_servers(self.old, self.new, self.trail)
        pairs = list(match(operations_of(self.old), operations_of(self.new)))
        for done, (old, new) in enumerate(pairs):
            self.progress(done, len(pairs))
            self._operation(old, new)
            if old is not None and new is not None:
                name = label(old, new)
                self._sent(callbacks_of(old, name), callbacks_of(new, name))
        self._sent(webhooks_of(self.old), webhooks_of(self.new))
        return self.trail.changes

    def _sent(self, was: list[SentOperation], now: list[SentOperation]) -> None:
        self.trail.by_provider = True
        for old, new in match(was, now):
            self._operation(old, new)
            if nodes.canonical(old and old.node.get("callbacks")) != nodes.canonical(new and new.node.get("callbacks")):
                self.trail.add(Direction.REQUEST, ("callbacks",), "not-compared", Effect.NOTICE)
        self.trail.by_provider = False

    def _operation(self, old: ComparedOperation | None, new: ComparedOperation | None) -> None:
        self.trail.operation = label(old, new)
        trail = self.trail
        if old is None:
            trail.add(trail.request, (), "operation-added", self._of_added(), None, new and new.address)
            return
        if new is None:
            effect = BOTH if trail.by_provider else Effect.NARROWED
            trail.add(trail.request, (), "operation-removed", effect, old.address, None)
            return
        if old.route != new.route:
            trail.add(trail.request, (), "operation-moved", BOTH, old.address, new.address)
        if old.id != new.id:
            trail.add(trail.request, (), "operation-id", Effect.NOTICE, old.id, new.id)
        if old.deprecated != new.deprecated:
            effect = Effect.NOTICE if new.deprecated else Effect.NONE
            trail.add(trail.request, (), "deprecated", effect, old.deprecated, new.deprecated)
        compare_security(old, new, trail)
        compare_requests(old, new, self.comparers[trail.request], trail)
        compare_responses(old, new, self.comparers[trail.response], trail)

    def _of_added(self) -> Effect:
        """Return the effect of a new operation; OpenAPI leaves it to clients whether they receive a webhook."""
        return Effect.NOTICE if self.trail.by_provider else Effect.WIDENED
