"""Words that all reports of examinations share."""

from __future__ import annotations

from typing import Final

from crm_contracts.examination.findings import Finding, Noticed, Shown, Side, Stray
from crm_contracts.examination.model import Examination
from crm_contracts.examination.statuses import CONFIRMED, CONTRADICTED, NOT_REACHED, OperationExamined, StatusSeen
from crm_contracts.reports.words import number, place, safe
from crm_contracts.verdict.findings import Near

WORDS: Final = (CONFIRMED, CONTRADICTED, NOT_REACHED)
"""What may have been found of a status."""

BROKEN_BY: Final = {Side.CLIENT: "Broken by the client", Side.PROVIDER: "Broken by the provider"}
REFUSED: Final = "Refused, though nothing in the request breaks the contract"
STRAYS: Final = "Requests of no operation, which are not held to a contract"


def title(examination: Examination) -> str:
    """Return what was examined."""
    subjects = ", ".join(map(safe, examination.subjects))
    return f"{safe(examination.title)}: {subjects}" if subjects else safe(examination.title)


def summary(examination: Examination) -> str:
    """Return the examination in one sentence."""
    exchanges = number(examination.exchanges, "exchange")
    if not examination.exchanges:
        return "there was no exchange"
    if examination.word == "not checked":
        return f"{exchanges}, none of them with an operation of a contract"
    by = [
        f"{number(len(found), 'rule')} broken by the {side}"
        for side in Side
        if (found := examination.findings_of(side))
    ]
    if not by:
        return f"{exchanges}, none of which broke the contract"
    return f"{' and '.join(by)}, in {examination.faulty} of {exchanges}"


def counts(examination: Examination) -> str:
    """Return how many statuses were found to be what."""
    return ", ".join(f"{examination.statuses(word)} {word}" for word in WORDS)


def whose(finding: Finding) -> str:
    """Return the operation that a finding is about, or what came in its place."""
    return finding.operation or safe(finding.request)


def where(finding: Finding) -> str:
    """Return the place in the request or the answer; empty where there is no operation."""
    return "" if finding.request else place(finding.location)


def nearest(near: tuple[Near, ...]) -> str:
    """Return the operations that a request without one is most like, or an empty text."""
    return ", ".join(f"{each.method} {each.path} ({each.operation})" for each in near)


def origin(shown: Shown) -> str:
    """Return where something was found first."""
    at = f" at {safe(shown.at)}" if shown.at else ""
    return f"first in {safe(shown.source)}{at}" if shown.source else f"first{at}"


def first(shown: Shown) -> str:
    """Return where something was found first, and what was answered there."""
    return origin(shown) + (f", answered {safe(shown.answer)}" if shown.answer else "")


def noticed(notice: Noticed) -> str:
    """Return a notice in one line."""
    where = place(notice.location)
    return f"{notice.operation}  {where}  {notice.kind}  {times(notice.count)}: {safe(notice.message)}"


def strayed(stray: Stray) -> str:
    """Return what came in place of an operation, in one line."""
    about = f"below the paths of {stray.vendor}" if stray.vendor else ""
    like = f"most like {nearest(stray.near)}" if stray.near else ""
    remark = "; ".join(filter(None, (about, like)))
    return f"{safe(stray.request)}  {times(stray.count)}" + (f": {remark}" if remark else "")


def status(seen: StatusSeen) -> str:
    """Return a status with how often it came, and when last."""
    if not seen.count:
        return str(seen.status)
    remarks = [] if seen.documented else ["not documented"]
    remarks += [f"{seen.contradicted} of them contradict"] if 0 < seen.contradicted < seen.count else []
    remarks += [seen.date] if seen.date else []
    return f"{seen.status} {times(seen.count)}" + (f" ({', '.join(remarks)})" if remarks else "")


def listed(operation: OperationExamined, word: str) -> str:
    """Return the statuses of an operation that a word was found for, or an empty text."""
    return ", ".join(status(each) for each in operation.counted if each.word == word)


def times(count: int) -> str:
    """Return a count."""
    return f"×{count}"
