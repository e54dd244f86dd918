"""A page of the built site: its ids, its links, and what a browser loads with it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class HtmlPage(HTMLParser):
    """A parsed page.

    Attributes:
        path: file of the page.
        ids: values of `id` and of `name` of anchors.
        links: targets of links.
        loaded: addresses that a browser loads by itself.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in _LOADED and _LOADED[tag] in values and values.get("rel") != "canonical":
            self.loaded.append(values[_LOADED[tag]])


class Site:
    """The pages of a built site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pages(self) -> dict[Path, HtmlPage]:
        """The pages by file; 404.html links to the root of a server."""
        return {path: HtmlPage(path) for path in sorted(self.folder.rglob("*.html")) if path.name != "404.html"}

    def dead_links(self) -> Iterator[str]:
        """Yield links and loaded files that the site does not have, and malformed addresses of other hosts."""
        for page in self.pages.values():
            for link in {*page.links, *page.loaded}:
                if not self._is_alive(page, link):
                    yield f"{page.path.relative_to(self.folder)}: {link}"

    def _is_alive(self, page: HtmlPage, link: str) -> bool:
        parts = urlsplit(link)
        if parts.scheme:
            return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in link
        target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
        if not parts.fragment or target not in self.pages:
            return target.is_file() or (target.is_dir() and (target / "index.html").is_file())
        return unquote(parts.fragment) in self.pages[target].ids
