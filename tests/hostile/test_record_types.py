"""Records that a vendor could not respond with are rejected when they are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import Api
from tests.hostile.trial import Trial, operations
from tests.vendors.discovery import VENDORS

ODD = (None, True, 5, "x", [], {}, [1])


def altered(record: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Yield copies of a record, each with one member other than the key removed or replaced by an odd value."""
    yield {key: record[key]}
    for name in record.keys() - {key}:
        yield {member: value for member, value in record.items() if member != name}
        yield from ({**record, name: odd} for odd in ODD)
        yield from ({**record, name: value} for value in inner_altered(record[name]))


def inner_altered(value: Any) -> Iterator[Any]:
    """Yield copies of an object or array, each with one value below it replaced by an odd one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: odd} for odd in ODD)
            yield from ({**value, name: changed} for changed in inner_altered(inner))
    elif isinstance(value, list) and value:
        yield from ([odd, *value[1:]] for odd in ODD)
        yield from ([changed, *value[1:]] for changed in inner_altered(value[0]))
    elif isinstance(value, str) and value[:4].isdigit() and "T" in value:
        yield from (
            value[:19] + "z",
            value[:19] + "+23:59",
            f"0001{value[4:19]}+14:00",
            value[:19] + "." + "1" * 400 + "Z",
        )


def _firsts(mock: Api, url: str, key: str) -> list[dict[str, Any]]:
    """Return a starting record, or a record with only the key."""
    return mock.get(url).json()["records"][:1] or [{key: "1"}]


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_accepted_record_breaks_a_response(
    vendor: str, api: Callable[..., Api], figures: Callable[[str], None]
) -> None:
    mock = api(vendor)
    trial = Trial(mock, vendor)
    sessions = mock.app.mock_app.sessions
    for kind in mock.app.mock_app.vendors[vendor].kinds:
        sessions.reset("default")
        url = f"/__admin/records?vendor={vendor}&kind={kind.name}"
        for record in (odd for first in _firsts(mock, url, kind.key) for odd in altered(first, kind.key)):
            sessions.reset("default")
            if mock.request("PUT", url, json=record).status_code == 400:
                continue
            for operation in operations(vendor):
                mock.request("PUT", url, json=record)
                request, good, headers = trial.valid(operation)
                headers = {"Content-Type": "application/json", **headers}
                trial.send(f"{operation.id} {kind.name} {record}", None, **request, content=good, headers=headers)
    figures(f"promise 1: {trial.tried} requests beside odd records for {vendor}")
    assert trial.wrong == []
