"""Validation never fails open, however a request says what its body is, and however the body comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from crm_mocks.contract import Operation
from crm_mocks.parsing.media_types import FORM
from crm_mocks.state.journal_entry import JournalEntry
from tests.conftest import Api
from tests.vendors.discovery import VENDORS, Variant, causes
from tests.vendors.mutants import mutants_of, names

JSON = "application/json"


@dataclass(frozen=True)
class Wrapping:
    """A way to send a body.

    Attributes:
        content_type: makes the header from the media type; an empty text sends none.
        pieces: the body comes in so many pieces, without its length.
    """

    content_type: Callable[[str], str]
    pieces: int = 1

    def around(self, request: dict[str, Any], body: Any) -> dict[str, Any]:
        """Return the request with another body, wrapped; keywords of httpx's `request`."""
        plain = {key: value for key, value in request.items() if key not in ("json", "data")}
        media_type = JSON if "json" in request else FORM
        raw = orjson.dumps(body) if "json" in request else urlencode(body).encode()
        header = self.content_type(media_type)
        headers = {**plain.get("headers", {}), **({"Content-Type": header} if header else {})}
        return {**plain, "headers": headers, "content": raw if self.pieces == 1 else _pieces(raw, self.pieces)}


async def _pieces(raw: bytes, number: int) -> AsyncIterator[bytes]:
    size = max(1, len(raw) // number)
    for start in range(0, len(raw), size):
        yield raw[start : start + size]


WRAPPINGS = {
    "upper case": Wrapping(str.upper),
    "charset": Wrapping(lambda media_type: f"{media_type} ; Charset=UTF-8"),
    "missing": Wrapping(lambda _: ""),
    "chunked": Wrapping(lambda media_type: media_type, pieces=5),
}


class Trial:
    """Sends each mutant of a vendor's requests, and the body it was made from, in one wrapping."""

    def __init__(self, mock: Api, vendor: str, wrapping: Wrapping) -> None:
        self.mock = mock
        self.wrapping = wrapping
        self.variant = Variant(vendor)
        self.valid = causes(vendor).VALID
        self.tried: Counter[str] = Counter()
        self.good = 0

    def escaped(self) -> Iterator[str]:
        """Yield the defects of the responses."""
        contract = self.variant.contract()
        for operation in self.variant.operations():
            request = self.valid[operation.id](self.mock)
            known_good: dict[bytes, JournalEntry] = {}
            for mutant in mutants_of(contract, operation, request):
                self.tried[mutant.rule] += 1
                bad = self.entry(request, mutant.body)
                key = orjson.dumps(mutant.good)
                good = known_good.get(key) or known_good.setdefault(key, self.entry(request, mutant.good))
                success = operation.success()
                if self.is_refused_unread(operation):
                    taken = (each for each in (bad, good) if not unread(each) or each.status == success.status)
                    yield from (f"{operation.key} is read without a media type: {each.outcome}" for each in taken)
                elif not names(bad.violations, mutant):
                    yield f"{operation.key} {mutant} is not named: {bad.violations}"
                elif (bad.status, bad.outcome) == (success.status, success.name):
                    yield f"{operation.key} {mutant} is accepted"
                elif names(good.violations, mutant) or unread(good):
                    yield f"{operation.key} {mutant} is named where nothing is wrong: {good.violations}"
            self.good += len(known_good)

    def entry(self, request: dict[str, Any], body: Any) -> JournalEntry:
        self.mock.request(**self.wrapping.around(request, body))
        return self.mock.last_entry()

    def is_refused_unread(self, operation: Operation) -> bool:
        """Return whether the contract has no media type for a body whose type is missing."""
        assert operation.body is not None  # only requests with bodies have mutants
        return not self.wrapping.content_type(JSON) and operation.body.default_media_type is None


def unread(entry: JournalEntry) -> bool:
    return any(each.rule == "mediaType" for each in entry.violations)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_every_constraint_holds_in_every_wrapping(
    vendor: str, wrapping: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    trial = Trial(api(vendor), vendor, WRAPPINGS[wrapping])
    escaped = list(trial.escaped())
    total = sum(trial.tried.values())
    by_rule = ", ".join(f"{rule} {number}" for rule, number in sorted(trial.tried.items()))
    figures(f"{vendor}, {wrapping}: {total} constraints broken ({by_rule}), {trial.good} bodies that keep them")
    assert not escaped, "\n".join(escaped[:40])
    assert total


@pytest.mark.parametrize("vendor", VENDORS)
def test_valid_requests_are_accepted_in_every_wrapping_that_the_contract_has(
    vendor: str, api: Callable[..., Api]
) -> None:
    for wrapping in WRAPPINGS.values():
        for operation in Variant(vendor).operations():
            plain, wrapped = api(vendor), api(vendor)
            request = causes(vendor).VALID[operation.id](plain)
            body = request.get("json", request.get("data"))
            if body is None or operation.body is None:
                continue
            plain.request(**request)
            wrapped.request(**wrapping.around(request, body))
            entry = wrapped.last_entry()
            if not wrapping.content_type(JSON) and operation.body.default_media_type is None:
                assert unread(entry)
            else:
                assert (entry.status, entry.outcome) == (plain.last_entry().status, plain.last_entry().outcome)
