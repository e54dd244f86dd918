"""One starting record of each kind of all vendors."""

from __future__ import annotations

import functools
from typing import Any

from tests.conftest import Api


@functools.cache
def starting_records() -> list[tuple[str, str, Any]]:
    """Return vendor, kind and record."""
    api = Api()
    starting = api.get("/__admin/records").json()["records"]
    api.close()
    return [
        (vendor, kind, records[0]) for vendor, kinds in starting.items() for kind, records in kinds.items() if records
    ]
