"""Findings as items of reports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from crm_contracts.judge.finding import Finding, Side, default_cause
from crm_contracts.judge.reports.finding_text import (
    basis_text,
    first_occurrence_text,
    headline,
    near_misses_text,
    occurrence_text,
    problem,
    remark,
)
from crm_contracts.judge.reports.remedies import ON_THE_COMMAND_LINE, Remedies
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    CodeBlock,
    Fact,
    FactList,
    FindingItem,
    ReportSection,
)
from crm_contracts.report.json_excerpt import json_excerpt
from crm_contracts.report.spans import Code, Tone, spans, with_code
from crm_contracts.report.text import location_text, plural
from crm_mocks.basis import BasisKind

_ALLOW: Final = "allow it"
_LONG: Final = 60
"""Length of a response that is shown below its status."""


def finding_items(findings: Sequence[Finding], remedies: Remedies) -> tuple[Block, ...]:
    """Return the items of findings; those of members that the same body lacks are one where there is space."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        alike = (
            finding.operation,
            finding.status,
            finding.location[:-1],
            finding.body,
            finding.count,
            finding.standing,
        )
        groups.setdefault(alike if finding.rule == "required" and finding.body else (number,), []).append(finding)
    items = tuple(finding_item(finding, remedies) for finding in findings)
    if len(groups) == len(items):
        return items
    return (Alternatives(full=tuple(_shared_item(group, remedies) for group in groups.values()), brief=items),)


def _shared_item(findings: Sequence[Finding], remedies: Remedies) -> FindingItem:
    """Return the item of findings that have a cause in common."""
    first, *others = findings
    if not others:
        return finding_item(first, remedies)
    if first.basis.kind is BasisKind.DOCUMENT:  # its words are about the first member only
        first = replace(first, basis=replace(first.basis, text=""))
    item = finding_item(first, remedies)
    names = ", ".join(finding.location[-1] for finding in findings)
    owner = headline(replace(first, location=first.location[:-1]))
    allowed = dict.fromkeys(remedies.allow(finding) for finding in findings)
    facts = tuple(fact for fact in item.facts if fact.label != _ALLOW)
    return replace(
        item,
        headline=(*spans(owner), f": {plural(len(findings), 'member')} missing"),
        message=("required, but missing: ", Code(names)),
        facts=(*facts, *(Fact(_ALLOW, Code(line)) for line in allowed if first.fails)),
        evidence=tuple(_evidence(first, names)),
    )


def finding_item(finding: Finding, remedies: Remedies = ON_THE_COMMAND_LINE) -> FindingItem:
    """Return the item of a finding."""
    return FindingItem(
        headline(finding),
        count=finding.count,
        tags=tuple(filter(None, (remark(finding),))),
        message=problem(finding),
        facts=tuple(finding_facts(finding, remedies)),
        blocks=tuple(_blocks(finding, remedies)),
        evidence=tuple(_evidence(finding)),
        tone=Tone.BAD if finding.fails else Tone.NEUTRAL,
    )


def finding_facts(finding: Finding, remedies: Remedies) -> Iterator[Fact]:
    """Yield near misses, cause and basis of a finding, and how to allow it."""
    if finding.near_misses:
        yield Fact("most similar", near_misses_text(finding.near_misses))
    if finding.cause != default_cause(finding.rule, finding.location):
        yield Fact("cause", finding.cause)
    basis = basis_text(finding.basis, finding.vendor)
    if basis:
        yield Fact("basis", basis)
    if finding.fails:
        yield Fact(_ALLOW, Code(remedies.allow(finding)))


def _blocks(finding: Finding, remedies: Remedies) -> Iterator[Block]:
    if finding.occurrences:
        request = finding.first.request
        brief = CodeBlock(request, first_occurrence_text(finding.first), "sh")
        reproduction = (CodeBlock(request, "reproduce the request", "sh"),) if request else ()
        yield Alternatives(full=(*_origin(finding), *reproduction), brief=(brief,))
    if finding.fails and finding.request and finding.first.id:
        yield CodeBlock(remedies.stub(finding), "or stub it, in place of the CRM")
    if finding.reproduction != finding.first.request:
        yield CodeBlock(finding.reproduction, "reproduce it", "sh")
    if len(finding.occurrences) > 1:
        others = BulletList(tuple(map(occurrence_text, finding.occurrences[1:])))
        yield Alternatives(full=(ReportSection("Other occurrences", (others,), folded=True),), brief=())


def _evidence(finding: Finding, missing: str = "") -> Iterator[Block]:
    """Yield the body with the member marked, if it is known.

    Args:
        finding: the finding.
        missing: names of the members that are missing, if it is not the one of the finding.
    """
    sent = "response" if finding.side is Side.PROVIDER else "sent"
    names = missing or location_text(finding.location)
    remark = f"; missing in the marked object: {names}" if finding.rule == "required" else ""
    shown = json_excerpt(finding.body, finding.member, f"{sent}{remark}") if finding.body else None
    if shown is not None:
        yield shown


def _origin(finding: Finding) -> Iterator[Block]:
    """Yield where the finding occurred first, what the contract says there, and the response, pretty-printed."""
    first = finding.first
    status, _, body = first.response.partition(" ")
    is_long = len(body) > _LONG
    facts = {
        "the contract says": with_code(finding.basis.text) if finding.basis.kind is BasisKind.DOCUMENT else "",
        "first in": f"{first.label} at {first.at}" if first.at and first.label else first.label,
        "response": status if is_long else first.response,
    }
    yield FactList(tuple(Fact(label, value) for label, value in facts.items() if value))
    if is_long:
        yield CodeBlock(_pretty(body), "the response", "json")


def _pretty(body: str) -> str:
    """Return JSON over several lines, and anything else unchanged."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
