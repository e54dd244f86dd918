"""The report for a browser: one page that needs nothing else, light or dark as its reader likes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from crm_contracts.reports.words import (
    chosen,
    nearest,
    number,
    place,
    safe,
    safe_lines,
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
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>CRM contract {verdict.word}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
    ]
    return "\n".join([*head, *_body(verdict), "</main>", "</body>", "</html>"]) + "\n"


def _body(verdict: Verdict) -> Iterator[str]:
    yield from _header(verdict)
    yield from _section("Broken", (_broken(each) for each in verdict.failing))
    yield from _coverage(verdict)
    yield from _section("Broken, but allowed or known", (_broken(each) for each in verdict.broken if not each.fails))
    yield from _section(
        "Refused, without a fault of the client’s",
        (
            _item(f"{_code(each.operation)} {_text(f'{each.status} {each.outcome}')} ×{each.count}")
            for each in verdict.refused
        ),
    )
    yield from _section(
        "Notices",
        (
            _item(
                f"{_code(each.operation or each.vendor)} {_code(place(each.location))} {_text(each.kind)} "
                f"×{each.count}: {_text(each.message)}"
            )
            for each in verdict.notices
        ),
    )
    yield from _section("Queued answers that were not used up", (_item(_text(unused(each))) for each in verdict.unused))
    yield from _section(
        "Allowed mistakes",
        (_item(f"{_code(each.name)} {f'×{each.count}' if each.count else 'never made'}") for each in verdict.allowed),
    )
    yield from _section(
        "In the baseline, but broken no more",
        (
            _item(f"{_code(each.request or each.operation)} {_code(place(each.location))} {_text(each.rule)}")
            for each in verdict.paid
        ),
    )
    yield from _section(
        "Defects of the mock itself: please report them",
        (_item(f"{_code(each.operation)} {_text(each.message)} ×{each.count}") for each in verdict.defects),
    )
    yield from _footer(verdict)


def _header(verdict: Verdict) -> Iterator[str]:
    kind = "good" if verdict.word == "kept" else "bad"
    yield "<header>"
    yield f'<h1>CRM contract <strong class="{kind}">{verdict.word}</strong></h1>'
    yield f"<p>{_text(summary(verdict))}.</p>"
    for complaint in verdict.complaints:
        yield f"<p><strong>The run failed: {_text(complaint)}</strong></p>"
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
    location = "" if broken.request else f" {_code(place(broken.location))} <em>{_text(broken.rule)}</em>"
    parts = [
        f'<li class="broken"><p><b>{_code(whose(broken))}</b>{location} ×{broken.count}',
        f' <span class="tag">{_text(remark)}</span>' if remark else "",
        f"</p><p>{_text(broken.message)}</p>",
        f"<p>Most like: {_text(nearest(broken))}</p>" if broken.near else "",
    ]
    answered = f", answered {_text(broken.first.answer)}" if broken.first.answer else ""
    about = f"first in {_text(broken.first.id)}{answered}"
    if broken.first.request:
        request = escape(safe_lines(broken.first.request))
        parts.append(f"<details><summary>{about}</summary><pre>{request}</pre></details>")
    else:
        parts.append(f"<p>{about}</p>")
    return "".join([*parts, "</li>"])


def _coverage(verdict: Verdict) -> Iterator[str]:
    about = f"operations of {', '.join(verdict.vendors)}" if verdict.vendors else "operations called"
    yield "<section>"
    yield f"<h2>Coverage of the {_text(about)}</h2>"
    for each in verdict.counted:
        yield from _operation(each)
    yield "</section>"


def _operation(operation: OperationCoverage) -> Iterator[str]:
    covered = operation.coverage
    yield "<details>"
    yield (
        f"<summary>{_code(operation.key)} <span>{_text(f'{operation.method} {operation.path}')}</span> "
        f'<span class="share">{share(covered)}</span>{_bar(covered)}</summary>'
    )
    yield "<table><thead><tr><th>status</th><th>outcome</th><th>coverage</th><th>times</th></tr></thead><tbody>"
    for each in operation.outcomes:
        word = each.word.replace(" ", "-")
        cause = f"<br><small>{_text(each.cause)}</small>" if each.cause and not each.counts else ""
        times = chosen(each) if each.counts else ""
        yield (
            f'<tr class="{word}"><td>{each.status}</td><td>{_code(each.name)}{cause}</td>'
            f"<td>{each.word}</td><td>{times}</td></tr>"
        )
    yield "</tbody></table>"
    if operation.faults:
        faults = ", ".join(f"{name} ×{count}" for name, count in operation.faults.items())
        yield f"<p>Faults of the connection: {_text(faults)}</p>"
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
    words = f" <small>without {_text(shown)}</small>" if shown else ""
    kind = "covered" if member.seen and not missing else "not-tested"
    return f'<li class="{kind}">{_code(place(member.place))}{"" if member.seen else " not tested"}{words}</li>'


def _footer(verdict: Verdict) -> Iterator[str]:
    sessions = number(len(verdict.sessions), "session")
    yield "<footer>"
    yield f"<p>{sessions}, {number(verdict.exchanges, 'exchange')}. Contracts in force, by SHA-256:</p><ul>"
    for vendor, digests in verdict.contracts.items():
        yield _item(f"{_text(vendor)} {' '.join(_code(digest[:16]) for digest in digests)}")
    yield "</ul></footer>"


def _section(heading: str, items: Iterable[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield from ("<section>", f"<h2>{heading}</h2>", "<ul>", *found, "</ul>", "</section>")


def _bar(covered: Covered) -> str:
    return f'<meter min="0" max="{max(covered.total, 1)}" value="{covered.covered}">{covered.percent:.1f} %</meter>'


def _item(html: str) -> str:
    return f"<li>{html}</li>"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    return escape(safe(text))
