"""What the hooks inside schemathesis' process are told: which vendor, where, with which credentials."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "CRM_MOCKS_VERIFY"


@dataclass(frozen=True)
class Task:
    """One run of schemathesis.

    Attributes:
        vendor: whose contract is held to.
        url: where the provider is; a path of the contract is put behind it.
        credentials: by the names that the vendor's credentials have.
        figures: file that the figures are written to at the end.
        notes: file that is written to as it happens; see `observations.Notes`.
        settings: changes of the vendor's settings, by name, which say what the provider is like.
        seconds: that an answer may take.
        interval: seconds between two requests.
        only: methods and paths that may be used; without it, all may.
        tag: text by which what is created can be found; empty for none.
    """

    vendor: str
    url: str
    credentials: Mapping[str, str]
    figures: str
    notes: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 30.0
    interval: float = 0.0
    only: tuple[tuple[str, str], ...] | None = None
    tag: str = ""

    def write(self, path: Path) -> None:
        """Write the task to a file, readable by its owner only: it holds credentials."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def from_environment(cls) -> Task:
        """Read the task whose file the environment names."""
        value = json.loads(Path(os.environ[VARIABLE]).read_text("utf-8"))
        only = value["only"]
        return cls(**{**value, "only": None if only is None else tuple(map(tuple, only))})


def decoded(response: Any) -> Any:
    """Return the decoded JSON of an answer, `None` if it is not JSON.

    Args:
        response: of requests or of schemathesis.
    """
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
