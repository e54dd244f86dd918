"""The report of fuzzing a client program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.model import Counts, Flaky, Fuzz, Trial, Weakness
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    Check,
    CheckStatus,
    Code,
    CodeBlock,
    Fact,
    FindingItem,
    Report,
    Section,
    Table,
    TableCell,
    Tone,
    table,
)
from crm_contracts.report.text import number
from crm_contracts.trial.words import plain

_MOST_MEMBERS: Final = 12
_SUITE: Final = "crm-mocks fuzz"


def report(fuzz: Fuzz) -> Report:
    """Return the report of a finished fuzz."""
    word, summary = _verdict(fuzz)
    return Report(
        command="fuzz",
        title="",
        word=word,
        passed=fuzz.exit_code == 0,
        summary=summary,
        introduction=(plain(fuzz.plain), *((_speed(fuzz),) if fuzz.runs else ())),
        sections=tuple(_sections(fuzz)),
        checks=tuple(_checks(fuzz)),
        data=fuzz.as_json(),
    )


def _verdict(fuzz: Fuzz) -> tuple[str, str]:
    """Return the verdict and the rest of the sentence."""
    if fuzz.complaint:
        return "Not fuzzed", fuzz.complaint
    flaky = f"; flaky with {number(len(fuzz.flaky), 'answer')}" if fuzz.flaky else ""
    answers = number(fuzz.answers, "answer")
    begun = "Interrupted. " if fuzz.interrupted else ""
    if not fuzz.weaknesses:
        return f"{begun}Survived", f"{answers}{flaky}"
    names = Counter(each.name for each in fuzz.weaknesses)
    listed = ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in names.items())
    return f"{begun}Broken by {len(fuzz.weaknesses)} of {answers}", f"{listed}{flaky}"


def _speed(fuzz: Fuzz) -> str:
    rate = f", {fuzz.runs / fuzz.seconds:.0f} runs a second" if fuzz.seconds else ""
    return (
        f"{number(fuzz.answers, 'answer')} in {number(fuzz.runs, 'run')}, {fuzz.seconds:.1f} s{rate}; seed {fuzz.seed}"
    )


def _sections(fuzz: Fuzz) -> Iterator[Section]:
    if fuzz.complaint:
        yield Section("Output of the client", (CodeBlock(fuzz.output, folded=False),) if fuzz.output else ())
    yield Section("Broken by", tuple(map(_weakness, fuzz.weaknesses)))
    yield Section("Flaky", (BulletList(tuple(map(_flakiness, fuzz.flaky))),))
    fixed = tuple(each.attempt.unusual for each in fuzz.survived)
    yield Section("Earlier failures that no longer break the client", (BulletList(fixed),))
    for operation in fuzz.operations:
        yield Section(f"{operation}: {_reads(fuzz, operation)}", (_table(fuzz, operation),), folded=True)
    yield Section("Notes", (BulletList(fuzz.notes),))


def _weakness(weakness: Weakness) -> FindingItem:
    files = (("reproduction", weakness.path), ("test", weakness.test))
    output = weakness.trial.did.output
    response = json.dumps(weakness.trial.attempt.as_queued(), indent=2, ensure_ascii=False)
    blocks: list[Block] = [CodeBlock(output, "output of the client")] if output else []
    blocks.append(Alternatives(full=(CodeBlock(response, "the response", "json"),), brief=()))
    return FindingItem(
        f"{weakness.name}: {_given(weakness.trial)}",
        message="; ".join(weakness.trial.failures),
        facts=(
            Fact("found", _origin(weakness)),
            *(Fact(label, Code(str(path))) for label, path in files if path is not None),
        ),
        blocks=tuple(blocks),
    )


def _given(trial: Trial) -> str:
    answer = trial.attempt.answer
    return f"{answer.operation}, {answer.status} {answer.outcome}: {trial.attempt.unusual}"


def _origin(weakness: Weakness) -> str:
    """Return whether the contract allows the response, how it was found, and how small it is."""
    allowed = "the contract allows it" if weakness.answer.allowed else "the contract forbids it"
    if weakness.answer.fault is not None:
        allowed = "networks do that"
    if not weakness.found_by:
        return f"{allowed}; {'an earlier failure' if weakness.differences is None else 'found by a documented answer'}"
    runs = f"shrunk in {number(weakness.runs, 'run')} to {number(weakness.differences or 0, 'difference')}"
    return f"{allowed}; found by answer {weakness.found_by} after {weakness.found_after:.1f} s, {runs}"


def _flakiness(flaky: Flaky) -> str:
    failures = "; ".join(flaky.trial.failures)
    return f"{_given(flaky.trial)}: broke in {flaky.broke} of {number(flaky.runs, 'run')} ({failures})"


def _reads(fuzz: Fuzz, operation: str) -> str:
    """Return which members of an operation's responses influence the client."""
    places = fuzz.reads.get(operation, ())
    if not places:
        return "the client reads nothing of the body, as far as can be seen"
    more = f" and {len(places) - _MOST_MEMBERS} more" if len(places) > _MOST_MEMBERS else ""
    return f"the client reads {', '.join(places[:_MOST_MEMBERS])}{more}"


def _table(fuzz: Fuzz, operation: str) -> Table:
    """Return the counts of an operation's responses by kind and status."""
    rows: dict[Kind, dict[int, Counts]] = {}
    for tried, counts in fuzz.tried.items():
        if tried.operation == operation:
            rows.setdefault(tried.kind, {})[tried.status] = counts
    statuses = sorted({status for row in rows.values() for status in row})
    return table(
        ("given", *map(str, statuses)),
        ([kind, *(_cell(rows[kind].get(status)) for status in statuses)] for kind in Kind if kind in rows),
    )


def _cell(counts: Counts | None) -> TableCell:
    if counts is None:
        return TableCell()
    if counts.broke:
        return TableCell(f"{counts.given}, {counts.broke} broke", Tone.BAD)
    return TableCell(str(counts.given))


def _checks(fuzz: Fuzz) -> Iterator[Check]:
    if fuzz.complaint:
        ready = (_SUITE, "fuzz", "the client is ready")
        yield Check(*ready, CheckStatus.FAILED, fuzz.complaint, type="not ready", details=fuzz.output)
        return
    for each, counts in fuzz.tried.items():
        if counts.given and not counts.broke:
            yield Check(_SUITE, each.operation, f"{each.status}, {each.kind}", message=f"{counts.given} answers")
    yield from map(_broken_check, fuzz.weaknesses)
    for flaky in fuzz.flaky:
        attempt = flaky.trial.attempt
        case = (_SUITE, attempt.answer.operation, attempt.unusual)
        yield Check(*case, CheckStatus.SKIPPED, f"flaky: {_flakiness(flaky)}")


def _broken_check(weakness: Weakness) -> Check:
    answer = weakness.answer
    lines = [_given(weakness.trial), *weakness.trial.failures, _origin(weakness)]
    lines += [f"reproduction: {weakness.path}", f"test: {weakness.test}"] if weakness.path is not None else []
    return Check(
        _SUITE,
        answer.operation,
        f"{answer.status} {answer.outcome}: {weakness.trial.attempt.unusual}",
        CheckStatus.FAILED,
        "; ".join(weakness.trial.failures),
        type=weakness.name,
        details="\n".join([*lines, "", weakness.trial.did.output]),
        seconds=weakness.trial.did.seconds,
    )
