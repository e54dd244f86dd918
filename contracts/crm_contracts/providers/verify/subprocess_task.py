"""The task of a schemathesis process: vendor, URL, credentials and limits, passed to its hooks in a file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "CRM_MOCKS_VERIFY"
"""Environment variable with the path of the task file."""


@dataclass(frozen=True)
class Task:
    """The task of one run of schemathesis.

    Attributes:
        vendor: vendor whose contract the provider is held to.
        url: of the provider; paths of the contract are appended to it.
        credentials: by the names in `Vendor.credentials`.
        case_counts: file that the counts of cases are written to at the end.
        log: file of the `ObservationLog`.
        settings: changed settings of the vendor, by name, which describe the provider.
        seconds: time limit for a complete response.
        interval: seconds between the starts of two requests.
        only: methods and paths that may be used; `None` for all.
        tag: text that marks created records; empty for none.
        data: the provider's reference data.
        ca_file: certificate authorities to trust instead of the default ones.
        vendor_sources: where the vendor may come from, as JSON; see `VendorSources.as_json`.
    """

    vendor: str
    url: str
    credentials: Mapping[str, str]
    case_counts: str
    log: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 30.0
    interval: float = 0.0
    only: tuple[tuple[str, str], ...] | None = None
    tag: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    ca_file: str | None = None
    vendor_sources: Mapping[str, Any] | None = None

    def write(self, path: Path) -> None:
        """Write the task to a file readable by its owner only, since it contains credentials."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def from_environment(cls) -> Task:
        """Read the task from the file that the environment names."""
        value = json.loads(Path(os.environ[VARIABLE]).read_text("utf-8"))
        only = value["only"]
        return cls(**{**value, "only": None if only is None else tuple(map(tuple, only))})


def json_or_none(response: Any) -> Any:
    """Return the decoded JSON of a response; `None` if it is not JSON.

    Args:
        response: of `requests` or schemathesis.
    """
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
