"""Making an answer of a documented one and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from crm_contracts.fuzz.answer import FuzzedAnswer
from crm_contracts.fuzz.documented import Documented
from crm_contracts.fuzz.draft import Alteration, Draft
from crm_contracts.fuzz.kinds import Kind

_WILDEST: Final = {kind: rank for rank, kind in enumerate(Kind)}


def made(start: Documented, draft: Draft, done: Sequence[Alteration], rule: str = "", *, allowed: bool) -> FuzzedAnswer:
    """Return an altered answer, with words for what is unusual about it.

    Args:
        start: what it was made from.
        draft: the answer in the making.
        done: the alterations.
        rule: that it breaks, in words.
        allowed: whether the contract allows it.
    """
    return FuzzedAnswer(
        operation=start.operation.key,
        unusual="; ".join(filter(None, (*(each.words for each in done), rule))),
        allowed=allowed,
        kind=max((each.kind for each in done), key=_WILDEST.__getitem__, default=Kind.DOCUMENTED),
        outcome=start.outcome.name,
        status=draft.status,
        headers=draft.headers,
        body=draft.body,
        chunked=draft.chunked,
        fault=draft.fault,
        delay_ms=draft.delay_ms,
        phase=draft.phase,
    )


@cache
def rule_of(start: Documented, alteration: Alteration) -> str:
    """Return the rule that an alteration of a body breaks, in words."""
    draft = alteration.change(start.draft)
    if draft.fault is not None or draft.raw is not None or draft.headers != start.draft.headers:
        return ""
    return broken_rule(start, draft)


def broken_rule(start: Documented, draft: Draft) -> str:
    """Return the rule that an answer breaks, in words; nothing where the body as a whole is none."""
    violation = next(iter(start.violations(draft)), None)
    return f"the contract: {violation.message}" if violation and violation.location != ("body",) else ""
