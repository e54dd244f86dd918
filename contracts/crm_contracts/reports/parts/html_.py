"""Pieces of HTML: a page that needs nothing else, light or dark as its reader likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from crm_contracts.reports.words import safe, safe_lines


def page(title: str, body: Iterable[str]) -> str:
    """Return a page.

    Args:
        title: of the browser's window, plain.
        body: lines of HTML.
    """
    style = resources.files("crm_contracts.reports").joinpath("page.css").read_text(encoding="utf-8")
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{text(title)}</title>",
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
    ]
    return "\n".join([*head, *body, "</main>", "</body>", "</html>"]) + "\n"


def section(heading: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a list with its heading; nothing where it has no items."""
    found = list(items)
    if found:
        yield from ("<section>", f"<h2>{heading}</h2>", "<ul>", *found, "</ul>", "</section>")


def item(html: str) -> str:
    """Return an item of a list."""
    return f"<li>{html}</li>"


def code(plain: str) -> str:
    """Return a text as code."""
    return f"<code>{text(plain)}</code>"


def text(plain: str) -> str:
    """Return a text so that nothing in it is taken for HTML."""
    return escape(safe(plain))


def request(about: str, command: str) -> str:
    """Return a request under what is said of it, to be unfolded.

    Args:
        about: HTML.
        command: plain; empty where the request is not known.
    """
    if not command:
        return f"<p>{about}</p>"
    return f"<details><summary>{about}</summary><pre>{escape(safe_lines(command))}</pre></details>"
