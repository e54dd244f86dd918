"""The judge: from what sessions have to say to a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from crm_contracts.verdict.allow import apply
from crm_contracts.verdict.cover import is_unheard, operations
from crm_contracts.verdict.evidence import Evidence
from crm_contracts.verdict.findings import Answered, Broken, Defect, Mistaken, Near, Noticed, Refused, Unused
from crm_contracts.verdict.model import Verdict
from crm_contracts.verdict.request import first
from crm_mocks.admin.near_misses import near_misses
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.stats import BROKEN, REFUSED, Occurrences, SessionStats, UnmatchedKey, is_unmatched

_NO_OPERATION: Final = frozenset({"path", "method"})
"""Rules that only requests break which no operation is found for; these are told one by one, with their paths."""

_NOT_TOLD_APART: Final = (0, "")
"""Status and outcome of the answers to requests that no operation is found for; see `Answered`."""

_Answers = Counter[tuple[int, str]]
"""How many were answered with each status and outcome."""

_UNHEARD: Final = "prefers what the operation does not document, and was refused by the mock itself"


def judge(evidence: Evidence, vendors: Iterable[str] = (), allow: Iterable[str] = ()) -> Verdict:
    """Return the verdict on one session.

    Args:
        evidence: what the session has to say.
        vendors: whose operations coverage is about; where none are named, the operations called.
        allow: names under which mistakes are allowed, beside those of the session itself.

    Raises:
        UsageError: a name under which mistakes are allowed has another form.
    """
    named = tuple(sorted(vendors))
    exchanges = evidence.tally.exchanges
    found = Verdict(
        sessions=(evidence.session,) if evidence.session else (),
        exchanges=sum(seen.count for seen in exchanges.values()),
        faulty=0,  # `apply` counts those that are not allowed
        vendors=named,
        contracts={
            name: (contract.digest,)
            for name, contract in sorted(evidence.contracts.items())
            if name in named or any(each.vendor == name for each in exchanges)
        },
        operations=operations(evidence, frozenset(named)),
        broken=tuple(sorted(_broken(evidence), key=lambda each: each.key)),
        refused=tuple(_refused(evidence)),
        notices=tuple(_notices(evidence)),
        unused=tuple(_unused(evidence.session, each) for each in evidence.waiting if each.times or not each.used),
        defects=tuple(
            Defect(operation, message, seen.count)
            for (operation, message), seen in sorted(evidence.tally.defects.items())
        ),
        mistaken=tuple(sorted(_mistaken(evidence.tally), key=lambda each: each.key)),
    )
    return apply(found, [*evidence.allowed, *allow])


def _mistaken(tally: SessionStats) -> Iterator[Mistaken]:
    """Yield the requests that broke the contract; those without operation one by one, as they may be allowed so."""
    found: dict[tuple[str, str], _Answers] = {}
    for exchange, seen in tally.exchanges.items():
        if exchange.state == BROKEN and not is_unmatched(exchange):
            key = (exchange.vendor, exchange.operation)
            found.setdefault(key, Counter())[exchange.status, exchange.outcome] += seen.count
    for (vendor, operation), answers in found.items():
        yield Mistaken(vendor, operation, "", _answered(answers))
    for unmatched, seen in tally.unmatched.items():
        answers = Counter({_NOT_TOLD_APART: seen.count})
        yield Mistaken(unmatched.vendor, "", _request(unmatched), _answered(answers))


def _answered(answers: _Answers) -> tuple[Answered, ...]:
    return tuple(Answered(status, outcome, count) for (status, outcome), count in sorted(answers.items()))


def _request(unmatched: UnmatchedKey) -> str:
    return f"{unmatched.method} {unmatched.path}"


def _broken(evidence: Evidence) -> Iterator[Broken]:
    found: dict[tuple[object, ...], Broken] = {}
    answers: dict[tuple[object, ...], _Answers] = {}
    for each, seen in evidence.tally.violations.items():
        if not each.operation and each.rule in _NO_OPERATION:
            continue
        key = (each.vendor, each.operation, each.rule, each.place)
        if key not in found:  # the tally is in the order in which things happened first
            about = first(seen, evidence.entry(seen.first))
            found[key] = Broken(each.vendor, each.operation, each.rule, each.place, seen.message, 0, about)
        answers.setdefault(key, Counter())[each.status, each.outcome] += seen.count
    for rule, one in found.items():
        yield replace(one, count=answers[rule].total(), answers=_answered(answers[rule]))
    for unmatched, seen in evidence.tally.unmatched.items():
        yield _without_operation(evidence, unmatched, seen)


def _without_operation(evidence: Evidence, unmatched: UnmatchedKey, seen: Occurrences) -> Broken:
    entry = evidence.entry(seen.first)
    near: tuple[Near, ...] = ()
    if entry is not None:
        near = tuple(
            Near(each["operation"], each["method"], each["path"])
            for each in near_misses(entry.method, entry.path, evidence.contracts.values())
        )
    method = any(each.path == unmatched.path and each.method != unmatched.method for each in near)
    return Broken(
        vendor=unmatched.vendor,
        operation="",
        rule="method" if method else "path",
        location=("method" if method else "path",),
        message=seen.message or "no vendor has this path",
        count=seen.count,
        first=first(seen, entry),
        request=_request(unmatched),
        near=near,
        answers=_answered(Counter({_NOT_TOLD_APART: seen.count})),
    )


def _refused(evidence: Evidence) -> Iterator[Refused]:
    found: dict[tuple[str, int, str], Refused] = {}
    for each, seen in evidence.tally.exchanges.items():
        if each.state == REFUSED and each.operation and not each.fault and not is_unheard(each):
            key = (each.operation, each.status, each.outcome)
            one = found.get(key)
            if one is None:
                about = first(seen, evidence.entry(seen.first))
                one = Refused(each.operation, each.outcome, each.status, 0, about)
            found[key] = replace(one, count=one.count + seen.count)
    yield from (found[key] for key in sorted(found))


def _notices(evidence: Evidence) -> Iterator[Noticed]:
    for each, seen in sorted(evidence.tally.notices.items(), key=lambda item: item[0]):
        about = first(seen, evidence.entry(seen.first))
        yield Noticed(each.vendor, each.operation, each.kind, each.place, seen.message, seen.count, about)

    for exchange, seen in sorted(evidence.tally.exchanges.items(), key=lambda item: item[0]):
        if is_unheard(exchange):
            about = first(seen, evidence.entry(seen.first))
            place = ("header", "prefer")
            yield Noticed(exchange.vendor, exchange.operation, "preference", place, _UNHEARD, seen.count, about)


def _unused(session: str, queued: QueuedResponse) -> Unused:
    words = [str(each) for each in (queued.status, queued.example, queued.fault) if each is not None]
    if queued.has_body:
        words.append("a body")
    if not words:
        words.append(f"a delay of {queued.delay_ms} ms" if queued.delay_ms else "headers")
    times = None if queued.times is None else queued.used + queued.times
    return Unused(session, queued.operation, ", ".join(words), queued.used, times)
