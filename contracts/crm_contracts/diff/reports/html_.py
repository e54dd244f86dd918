"""The report for a browser: one page that needs nothing else, light or dark as its reader likes."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources

from crm_contracts.diff.model import Diff
from crm_contracts.diff.reports.words import Line, sections, summary, title, verdict


def render(diff: Diff) -> str:
    """Return the comparison as an HTML page."""
    style = resources.files("crm_contracts.reports").joinpath("page.css").read_text(encoding="utf-8")
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>CRM contract {verdict(diff)}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
    ]
    return "\n".join([*head, *_body(diff), "</main>", "</body>", "</html>"]) + "\n"


def _body(diff: Diff) -> Iterator[str]:
    kind = "bad" if diff.failing else "good"
    yield "<header>"
    yield f'<h1>CRM contract <strong class="{kind}">{verdict(diff)}</strong></h1>'
    yield f"<p><code>{escape(title(diff))}</code></p>"
    yield f"<p>{escape(summary(diff))}.</p>"
    yield "</header>"
    for heading, lines in sections(diff):
        yield from ("<section>", f"<h2>{heading} ({len(lines)})</h2>")
        yield "<table><thead><tr><th>operation</th><th>where</th><th>change</th></tr></thead><tbody>"
        yield from map(_row, lines)
        yield from ("</tbody></table>", "</section>")


def _row(line: Line) -> str:
    place = f"<code>{escape(line.place)}</code>" if line.place else ""
    return f"<tr><td><code>{escape(line.whose)}</code></td><td>{place}</td><td>{escape(line.message)}</td></tr>"
