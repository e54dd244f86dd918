"""The report for a browser: one page that needs nothing else, light or dark as its reader likes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from crm_contracts.reports.parts.html_ import code, item, page, request, section, text
from crm_contracts.reports.words import (
    chosen,
    nearest,
    number,
    place,
    share,
    standing,
    summary,
    unused,
    whose,
)
from crm_contracts.verdict.coverage import Covered, MemberSeen, OperationCoverage
from crm_contracts.verdict.findings import Broken
from crm_contracts.verdict.model import Verdict


def render(verdict: Verdict) -> str:
    """Return the verdict as an HTML page."""
    return page(f"CRM contract {verdict.word}", _body(verdict))


def _body(verdict: Verdict) -> Iterator[str]:
    yield from _header(verdict)
    yield from section("Broken", (_broken(each) for each in verdict.failing))
    yield from _coverage(verdict)
    yield from section("Broken, but allowed or known", (_broken(each) for each in verdict.broken if not each.fails))
    yield from section(
        "Refused, without a fault of the client’s",
        (
            item(f"{code(each.operation)} {text(f'{each.status} {each.outcome}')} ×{each.count}")
            for each in verdict.refused
        ),
    )
    yield from section(
        "Notices",
        (
            item(
                f"{code(each.operation or each.vendor)} {code(place(each.location))} {text(each.kind)} "
                f"×{each.count}: {text(each.message)}"
            )
            for each in verdict.notices
        ),
    )
    yield from section("Queued answers that were not used up", (item(text(unused(each))) for each in verdict.unused))
    yield from section(
        "Allowed mistakes",
        (item(f"{code(each.name)} {f'×{each.count}' if each.count else 'never made'}") for each in verdict.allowed),
    )
    yield from section(
        "In the baseline, but broken no more",
        (
            item(f"{code(each.request or each.operation)} {code(place(each.location))} {text(each.rule)}")
            for each in verdict.paid
        ),
    )
    yield from section(
        "Defects of the mock itself: please report them",
        (item(f"{code(each.operation)} {text(each.message)} ×{each.count}") for each in verdict.defects),
    )
    yield from _footer(verdict)


def _header(verdict: Verdict) -> Iterator[str]:
    kind = "good" if verdict.word == "kept" else "bad"
    yield "<header>"
    yield f'<h1>CRM contract <strong class="{kind}">{verdict.word}</strong></h1>'
    yield f"<p>{text(summary(verdict))}.</p>"
    for complaint in verdict.complaints:
        yield f"<p><strong>The run failed: {text(complaint)}</strong></p>"
    yield '<dl class="figures">'
    figures = {
        "outcomes": verdict.coverage,
        "request members": verdict.member_coverage,
        "enum values": verdict.value_coverage,
    }
    for name, covered in figures.items():
        yield f"<div><dt>{name}</dt><dd>{share(covered)}{_bar(covered)}</dd></div>"
    yield "</dl>"
    yield "</header>"


def _broken(broken: Broken) -> str:
    remark = standing(broken)
    location = "" if broken.request else f" {code(place(broken.location))} <em>{text(broken.rule)}</em>"
    parts = [
        f'<li class="broken"><p><b>{code(whose(broken))}</b>{location} ×{broken.count}',
        f' <span class="tag">{text(remark)}</span>' if remark else "",
        f"</p><p>{text(broken.message)}</p>",
        f"<p>Most like: {text(nearest(broken))}</p>" if broken.near else "",
    ]
    answered = f", answered {text(broken.first.answer)}" if broken.first.answer else ""
    parts.append(request(f"first in {text(broken.first.id)}{answered}", broken.first.request))
    return "".join([*parts, "</li>"])


def _coverage(verdict: Verdict) -> Iterator[str]:
    about = f"operations of {', '.join(verdict.vendors)}" if verdict.vendors else "operations called"
    yield "<section>"
    yield f"<h2>Coverage of the {text(about)}</h2>"
    for each in verdict.counted:
        yield from _operation(each)
    yield "</section>"


def _operation(operation: OperationCoverage) -> Iterator[str]:
    covered = operation.coverage
    yield "<details>"
    yield (
        f"<summary>{code(operation.key)} <span>{text(f'{operation.method} {operation.path}')}</span> "
        f'<span class="share">{share(covered)}</span>{_bar(covered)}</summary>'
    )
    yield "<table><thead><tr><th>status</th><th>outcome</th><th>coverage</th><th>times</th></tr></thead><tbody>"
    for each in operation.outcomes:
        word = each.word.replace(" ", "-")
        cause = f"<br><small>{text(each.cause)}</small>" if each.cause and not each.counts else ""
        times = chosen(each) if each.counts else ""
        yield (
            f'<tr class="{word}"><td>{each.status}</td><td>{code(each.name)}{cause}</td>'
            f"<td>{each.word}</td><td>{times}</td></tr>"
        )
    yield "</tbody></table>"
    if operation.faults:
        faults = ", ".join(f"{name} ×{count}" for name, count in operation.faults.items())
        yield f"<p>Faults of the connection: {text(faults)}</p>"
    if operation.members:
        yield from _members(operation)
    yield "</details>"


def _members(operation: OperationCoverage) -> Iterator[str]:
    values = operation.value_coverage
    beside = f", enum values {share(values)}" if values.total else ""
    yield f"<details><summary>Request members {share(operation.member_coverage)}{beside}</summary>"
    yield '<ul class="members">'
    yield from map(_member, operation.members)
    yield "</ul></details>"


def _member(member: MemberSeen) -> str:
    missing = [value for value in member.values if value not in member.values_seen] if member.seen else []
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in missing)
    words = f" <small>without {text(shown)}</small>" if shown else ""
    kind = "covered" if member.seen and not missing else "not-tested"
    return f'<li class="{kind}">{code(place(member.place))}{"" if member.seen else " not tested"}{words}</li>'


def _footer(verdict: Verdict) -> Iterator[str]:
    sessions = number(len(verdict.sessions), "session")
    yield "<footer>"
    yield f"<p>{sessions}, {number(verdict.exchanges, 'exchange')}. Contracts in force, by SHA-256:</p><ul>"
    for vendor, digests in verdict.contracts.items():
        yield item(f"{text(vendor)} {' '.join(code(digest[:16]) for digest in digests)}")
    yield "</ul></footer>"


def _bar(covered: Covered) -> str:
    return f'<meter min="0" max="{max(covered.total, 1)}" value="{covered.covered}">{covered.percent:.1f} %</meter>'
