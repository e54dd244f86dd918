"""The report of fuzzing a client program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crm_contracts.clients.fuzz.model import FuzzCampaignResult, GroupCounts
from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult, Weakness, WeaknessGroup
from crm_contracts.clients.report_text import (
    APART,
    describe_baseline,
    failure_facts,
    reaction_checks,
    reactions_section,
    resolved_section,
)
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.judge.reports.verdict_report import contract_facts
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    CodeBlock,
    Fact,
    FindingItem,
    Report,
    ReportSection,
    Table,
    TableCell,
    table,
)
from crm_contracts.report.spans import Code, Tone
from crm_contracts.report.text import plural

_MOST_MEMBERS: Final = 12
_SUITE: Final = "crm-mocks fuzz"


def report(fuzz: FuzzCampaignResult) -> Report:
    """Return the report of a fuzzing campaign."""
    word, summary = _verdict(fuzz)
    return Report(
        command="fuzz",
        title="",
        word=word,
        passed=fuzz.exit_code == 0,
        tone=Tone.WARNING if fuzz.excused else None,
        summary=summary,
        introduction=(describe_baseline(fuzz.baseline), *((_speed(fuzz),) if fuzz.runs else ())),
        sections=tuple(_sections(fuzz)),
        metadata=tuple(contract_facts(fuzz.client_verdict)),
        checks=tuple(_checks(fuzz)),
        data=fuzz.as_json(),
    )


def _verdict(fuzz: FuzzCampaignResult) -> tuple[str, str]:
    """Return the verdict and the rest of the sentence."""
    if fuzz.complaint:
        return "Not fuzzed", fuzz.complaint
    if fuzz.idle and not fuzz.broke_contract:
        return "Nothing to do", fuzz.idle
    flaky = f"; flaky with {plural(len(fuzz.flaky), 'response')}" if fuzz.flaky else ""
    responses = plural(fuzz.cases, "response") + fuzz.in_shard
    begun = "Interrupted. " if fuzz.interrupted else ""
    if fuzz.unchecked:
        return "Nothing was checked", fuzz.unchecked
    failing = [group for group in fuzz.groups if group.failing]
    apart = sum(not each.fails for each in fuzz.weaknesses)
    uncounted = f" (not counting {plural(apart, 'weakness', 'weaknesses')})" if apart else ""
    short = "; cut short by --seconds" if fuzz.cut_short else ""
    broken = sum(each.finding.fails for each in fuzz.reactions)
    requests = f"; its requests break {plural(broken, 'rule')}" if broken else ""
    if not failing and broken:
        return f"{begun}Broken", f"by no response of {fuzz.cases}{uncounted}{flaky}{requests}{short}"
    if not failing:
        return f"{begun}Survived", f"{responses}{uncounted}{flaky}{short}"
    names = Counter(group.failing[0].name for group in failing)
    listed = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())
    broke = sum(group.responses for group in failing)
    where = f"in {plural(len(failing), 'place')} by {broke} of {responses}"
    return f"{begun}Broken {where}", f"{listed}{uncounted}{flaky}{requests}{short}"


def _speed(fuzz: FuzzCampaignResult) -> str:
    rate = f", {fuzz.runs / fuzz.seconds:.0f} runs a second" if fuzz.seconds else ""
    return (
        f"{plural(fuzz.cases, 'response')} in {plural(fuzz.runs, 'run')}, {fuzz.seconds:.1f} s{rate}; seed {fuzz.seed}"
    )


def _sections(fuzz: FuzzCampaignResult) -> Iterator[ReportSection]:
    if fuzz.complaint:
        yield ReportSection("Output of the client", (CodeBlock(fuzz.output, folded=False),) if fuzz.output else ())
    groups = tuple(_group(each) for each in fuzz.groups if each.failing)
    yield ReportSection("Broken by", groups, tone=Tone.BAD)
    yield reactions_section(fuzz)
    for standings, heading in APART.items():
        items = tuple(_weakness(each) for each in fuzz.weaknesses if each.standing in standings)
        yield ReportSection(heading, items, folded=True)
    yield resolved_section(fuzz)
    yield ReportSection("Flaky", (BulletList(tuple(map(_flakiness, fuzz.flaky))),))
    yield ReportSection("Ended late, but did not hang", (BulletList(tuple(map(str, fuzz.late))),))
    fixed = tuple(each.case.unusual for each in fuzz.fixed)
    yield ReportSection("Earlier failures that no longer break the client", (BulletList(fixed),))
    for operation in fuzz.operations:
        yield ReportSection(f"{operation}: {_reads(fuzz, operation)}", (_table(fuzz, operation),), folded=True)
    yield ReportSection("Cut short", (BulletList(fuzz.cut_short),))
    yield ReportSection("Notes", (BulletList(fuzz.notes),))


def _group(group: WeaknessGroup) -> FindingItem:
    """Return the first weakness of a group, with a line for each of the others."""
    first, *others = group.failing
    shown = _weakness(first)
    also = tuple(f"{each.name}: {_case(each.result)} ({_permission(each)}); {each.path}" for each in others)
    facts = (
        Fact("where", group.name),
        *((Fact("responses", f"{group.responses} broke it there"),) if group.responses > 1 else ()),
        *shown.facts,
        *(Fact("also broken by", each) for each in also),
    )
    return replace(shown, facts=facts, cause=group.name)


def _weakness(weakness: Weakness) -> FindingItem:
    files = (("reproduction", weakness.path), ("test", weakness.test))
    output = weakness.result.run.output
    response = json.dumps(weakness.result.case.as_queued(), indent=2, ensure_ascii=False)
    blocks: list[Block] = [CodeBlock(output, "output of the client")] if output else []
    blocks.append(Alternatives(full=(CodeBlock(response, "the response", "json"),), brief=()))
    return FindingItem(
        f"{weakness.name}: {_case(weakness.result)}",
        message="; ".join(weakness.result.failures),
        facts=(
            Fact("found", _origin(weakness)),
            *((Fact("note", weakness.remark),) if weakness.remark else ()),
            *(Fact(label, Code(str(path))) for label, path in files if path is not None),
            *(failure_facts(weakness.finding) if weakness.finding is not None else ()),
        ),
        blocks=tuple(blocks),
        tone=Tone.BAD if weakness.fails else Tone.NEUTRAL,
    )


def _case(result: FuzzResult) -> str:
    response = result.case.response
    return f"{response.operation}, {response.status} {response.outcome}: {result.case.unusual}"


def _origin(weakness: Weakness) -> str:
    """Return whether the contract allows the response, how it was found, and how small it is."""
    allowed = _permission(weakness)
    if not weakness.found_by:
        return f"{allowed}; {'an earlier failure' if weakness.differences is None else 'found in the calibration'}"
    runs = f"shrunk in {plural(weakness.runs, 'run')} to {plural(weakness.differences or 0, 'difference')}"
    return f"{allowed}; found by response {weakness.found_by} after {weakness.found_after:.1f} s, {runs}"


def _permission(weakness: Weakness) -> str:
    if weakness.response.fault is not None:
        return "networks do this"
    return "the contract allows it" if weakness.response.allowed else "the contract forbids it"


def _flakiness(flaky: FlakyCase) -> str:
    failures = "; ".join(flaky.result.failures)
    return f"{_case(flaky.result)}: broke in {flaky.broke} of {plural(flaky.runs, 'run')} ({failures})"


def _reads(fuzz: FuzzCampaignResult, operation: str) -> str:
    """Return which members of an operation's responses the client reads."""
    places = fuzz.reads.get(operation, ())
    if not places:
        return "the client was not seen to read anything of the body"
    more = f" and {len(places) - _MOST_MEMBERS} more" if len(places) > _MOST_MEMBERS else ""
    return f"the client reads {', '.join(places[:_MOST_MEMBERS])}{more}"


def _table(fuzz: FuzzCampaignResult, operation: str) -> Table:
    """Return the counts of an operation's responses by kind and status."""
    rows: dict[MutationKind, dict[int, GroupCounts]] = {}
    for tried, counts in fuzz.tried.items():
        if tried.operation == operation:
            rows.setdefault(tried.kind, {})[tried.status] = counts
    statuses = sorted({status for row in rows.values() for status in row})
    return table(
        ("case", *map(str, statuses)),
        ([kind, *(_cell(rows[kind].get(status)) for status in statuses)] for kind in MutationKind if kind in rows),
    )


def _cell(counts: GroupCounts | None) -> TableCell:
    if counts is None:
        return TableCell()
    if counts.broke:
        return TableCell(f"{counts.delivered}, {counts.broke} broke", Tone.BAD)
    return TableCell(str(counts.delivered))


def _checks(fuzz: FuzzCampaignResult) -> Iterator[Check]:
    if fuzz.complaint:
        ready = (_SUITE, "fuzz", "the client is ready")
        status = CheckStatus.SKIPPED if fuzz.excused else CheckStatus.FAILED
        yield Check(*ready, status, fuzz.complaint, type="not ready", details=fuzz.output)
        yield from reaction_checks(fuzz, _SUITE)
        return
    for each, counts in fuzz.tried.items():
        if counts.delivered and not counts.broke:
            yield Check(_SUITE, each.operation, f"{each.status}, {each.kind}", message=f"{counts.delivered} responses")
    yield from reaction_checks(fuzz, _SUITE)
    if fuzz.unchecked:
        yield Check(_SUITE, "fuzz", "responses are given", CheckStatus.FAILED, fuzz.unchecked, type="nothing checked")
    for group in fuzz.groups:
        yield from map(_broken_check, group.failing[:1])
        yield from (_broken_check(each) for each in group.weaknesses if not each.fails)
    for number, words in enumerate(fuzz.cut_short, 1):
        yield Check(_SUITE, "fuzz", f"cut short {number}", CheckStatus.SKIPPED, words)
    for late in fuzz.late:
        case = late.result.case
        yield Check(_SUITE, case.operation, case.unusual, CheckStatus.SKIPPED, f"no hang: {late}")
    for flaky in fuzz.flaky:
        case = flaky.result.case
        yield Check(_SUITE, case.operation, case.unusual, CheckStatus.SKIPPED, f"flaky: {_flakiness(flaky)}")


def _broken_check(weakness: Weakness) -> Check:
    response = weakness.response
    name = f"{response.status} {response.outcome}: {weakness.result.case.unusual}"
    lines = [_case(weakness.result), *weakness.result.failures, _origin(weakness)]
    lines += [f"reproduction: {weakness.path}", f"test: {weakness.test}"] if weakness.path is not None else []
    if not weakness.fails:
        message = f"{weakness.standing}: {'; '.join(weakness.result.failures)}"
        return Check(_SUITE, response.operation, name, CheckStatus.SKIPPED, message)
    return Check(
        _SUITE,
        response.operation,
        name,
        CheckStatus.FAILED,
        "; ".join(weakness.result.failures),
        type=weakness.name,
        details="\n".join([*lines, "", weakness.result.run.output]),
        seconds=weakness.result.run.seconds,
    )
