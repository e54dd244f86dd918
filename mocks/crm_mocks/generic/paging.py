"""Paging of lists by documented query parameters with usual names, and the members of bodies that describe pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.generic.member_names import plain_name

_LIMITS: Final = (
    "limit", "perpage", "pagesize", "size", "pagelimit", "maxresults", "maxitems", "top", "first", "take", "count",
    "resultsperpage", "itemsperpage", "pagerecords", "maxsize", "recordsperpage",
)  # fmt: skip  # a table reads better in rows
_OFFSETS: Final = ("offset", "skip", "start", "startat", "startindex", "pageoffset", "from")
_PAGES: Final = ("page", "pagenumber", "pageno", "pageindex", "currentpage", "p")
_CURSORS: Final = (
    "cursor", "after", "startingafter", "pagetoken", "nexttoken", "nextpagetoken", "pagecursor", "pageafter", "marker",
    "continuationtoken", "nextcursor", "searchafter", "continue",
)  # fmt: skip  # as above
_BEFORE: Final = ("endingbefore", "before", "prevcursor")

PAGING_NAMES: Final = frozenset({*_LIMITS, *_OFFSETS, *_PAGES, *_CURSORS, *_BEFORE})
"""Plain names of parameters that choose a page rather than records."""

_TOTALS: Final = ("total", "totalcount", "totalresults", "totalitems", "totalrecords", "totalrows", "totalsize")
_COUNTS: Final = ("count", "pagecount", "numresults", "recordsperpage", "numrecords", "resultcount")
_MORE: Final = ("hasmore", "more", "morerecords", "moreitemsincollection", "hasnext", "hasnextpage", "moreresults")
_NEXT: Final = (
    "nextcursor", "after", "cursor", "nextpagetoken", "nexttoken", "nextmarker", "next", "nextlink", "odatanextlink",
    "nexturl", "nexturi", "nextpage", "nextpageuri", "nextpageurl", "endcursor", "nextoffset", "nextstart",
    "startingafter",
)  # fmt: skip  # as above
_PREVIOUS: Final = (
    "prev", "previous", "prevcursor", "before", "prevurl", "previouspageuri", "prevpage", "previouspage", "prevmarker",
)  # fmt: skip  # as above
_DEPTH: Final = 3
_MAX_LIMIT: Final = 1000


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        records: the records on it, in whatever form they were given.
        total: number of records on all pages.
        limit: records of a full page.
        start: number of records before it.
        next_query: query string of the next page; empty on the last one.
        next_cursor: the value of the parameter that leads to the next page; empty on the last one.
        prefix: what stands before the query in links: URL without query.
    """

    records: Sequence[Any]
    total: int
    limit: int
    start: int
    next_query: str = ""
    next_cursor: str = ""
    prefix: str = ""

    @property
    def number(self) -> int:
        """Number of the page, from 1."""
        return self.start // self.limit + 1

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        return max(1, -(-self.total // self.limit))


class PageChooser:
    """Chooses the page that a query asks for, by the parameters of one operation."""

    def __init__(self, parameters: Mapping[str, Mapping[str, Any]]) -> None:
        """Find the parameters with usual names.

        Args:
            parameters: schemas of the documented query parameters, by name.
        """
        self._limit = _first(parameters, _LIMITS)
        self._offset = _first(parameters, _OFFSETS)
        self._page = _first(parameters, _PAGES)
        self._cursor = _first(parameters, _CURSORS)
        if self._page and parameters[self._page].get("type") == "object":
            self._page = ""
        if self._offset and parameters[self._offset].get("format") in ("date", "date-time"):
            self._offset = ""
        self._default = _whole(parameters.get(self._limit, {}).get("default"))
        self._first_page = 0 if parameters.get(self._page, {}).get("default") == 0 else 1
        self.names = frozenset(filter(None, (self._limit, self._offset, self._page, self._cursor)))

    def page(self, records: Sequence[Any], keys: Sequence[str], query: Mapping[str, str], prefix: str) -> Page:
        """Return the page that a query asks for; values that make no sense count as absent.

        Args:
            records: all records of the list.
            keys: their keys, which serve as cursors.
            query: query parameters of the request.
            prefix: URL of the request without query.
        """
        asked = _whole(query.get(self._limit)) or self._default
        paged = asked or (self._page in query and self._page) or None
        limit = max(1, min(asked or (100 if paged else max(len(records), 1)), _MAX_LIMIT))
        start = self._start(query, keys, limit)
        shown = records[start : start + limit]
        end = start + len(shown)
        if end >= len(records):
            return Page(shown, len(records), limit, start, prefix=prefix)
        name, value = self._next(end, limit, keys)
        if not name:
            return Page(shown, len(records), limit, start, prefix=prefix)
        following = urlencode({**query, name: value})
        return Page(shown, len(records), limit, start, following, value, prefix)

    def _start(self, query: Mapping[str, str], keys: Sequence[str], limit: int) -> int:
        cursor = query.get(self._cursor, "")
        if cursor and cursor in keys:
            return keys.index(cursor) + 1
        offset = _whole(query.get(self._offset))
        if offset is not None:
            return offset
        number = _whole(query.get(self._page))
        if number is not None:
            return max(0, number - self._first_page) * limit
        return 0

    def _next(self, end: int, limit: int, keys: Sequence[str]) -> tuple[str, str]:
        if self._cursor:
            return self._cursor, keys[end - 1]
        if self._offset:
            return self._offset, str(end)
        return (self._page, str(end // limit + self._first_page)) if self._page else ("", "")


def _first(parameters: Mapping[str, Any], names: Sequence[str]) -> str:
    by_plain = {plain_name(name): name for name in parameters}
    return next((by_plain[name] for name in names if name in by_plain), "")


def _whole(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    if isinstance(value, str) and (number := parse_digits(value, 9)) is not None:
        return number
    return None


def fill_page(body: Any, page: Page, array: Sequence[str | int]) -> Any:
    """Return a body with members that describe a page: totals, whether there is more, how to get the next page.

    Members that lead to a further page are removed where there is none, or null where the original was.

    Args:
        body: an answer with another page.
        page: the page.
        array: path to the records, which are left alone.
    """
    return _filled(body, page, list(array), _DEPTH)


def _filled(node: Any, page: Page, array: list[str | int], depth: int) -> Any:
    if not isinstance(node, dict) or not depth:
        return node
    result: dict[str, Any] = {}
    for name, value in node.items():
        if array[:1] == [name]:
            result[name] = _filled(value, page, array[1:], depth - 1) if len(array) > 1 else value
            continue
        plain = plain_name(name)
        if (
            isinstance(value, dict)
            and (plain in _NEXT or plain in _PREVIOUS)
            and (plain in _PREVIOUS or not page.next_cursor)
        ):
            continue
        filled = _member(plain, value, page)
        if filled is not _REMOVED:
            result[name] = _filled(filled, page, [], depth - 1)
    return result


_REMOVED: Final = object()


def _member(plain: str, value: Any, page: Page) -> Any:  # noqa: PLR0911  # one per kind of member
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, bool):
        return bool(page.next_cursor) if plain in _MORE else value
    if is_number and plain in _TOTALS:
        return page.total
    if is_number and plain in _COUNTS:
        return len(page.records)
    if is_number and plain in ("totalpages", "lastpage", "pages"):
        return page.pages
    if is_number and plain in _PAGES:
        return page.number
    if is_number and plain in _OFFSETS:
        return page.start
    if is_number and plain in _LIMITS:
        return page.limit
    if plain in _NEXT and (is_number or isinstance(value, str) or value is None):
        return _next_value(plain, value, page, is_number=is_number)
    if plain in _PREVIOUS and isinstance(value, str):
        return _REMOVED
    return value


def _next_value(plain: str, value: Any, page: Page, *, is_number: bool) -> Any:
    if not page.next_cursor:
        return None if value is None else _REMOVED
    if is_number:
        number = parse_digits(page.next_cursor)
        return _REMOVED if number is None else number
    is_link = plain.endswith(("link", "url", "uri")) or (
        isinstance(value, str) and ("://" in value or value[:1] == "/")
    )
    if is_link or (value is None and plain == "next"):
        return f"{page.prefix}?{page.next_query}"
    return page.next_cursor
