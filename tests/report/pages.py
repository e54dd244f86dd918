"""Parse HTML reports."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

RFC = "https://www.rfc-editor.org/rfc/rfc"
VOID = {"meta", "br", "hr", "img", "input", "link"}


class HtmlPage(HTMLParser):
    """Parses a page strictly: each element must be closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_self_contained(html: str) -> None:
    """Assert that a page loads nothing, and has no foreign markup and no script but its own."""
    page = HtmlPage(html)
    assert not page.tags.keys() & {"b", "b&", "img", "iframe", "base", "form"}
    assert (page.tags["script"], page.tags["link"]) == (1, 1), "the search box, the icon"
    assert not {name for name, _ in page.attributes} & {"src", "onclick", "style"}
    targets = [value or "" for name, value in page.attributes if name == "href"]
    assert targets
    assert all(
        target.startswith(("#section-", "#finding-", "#note-", "data:image/svg+xml,", RFC)) for target in targets
    )
    assert "url(" not in html
