"""What the hooks inside schemathesis' process are told: which vendor, where, with which credentials."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import requests

VARIABLE: Final = "CRM_MOCKS_VERIFY"
_SECONDS: Final = 30


@dataclass(frozen=True)
class Task:
    """One run of schemathesis.

    Attributes:
        vendor: whose contract is held to.
        url: where the provider is; a path of the contract is put behind it.
        credentials: by the names that the vendor's credentials have.
        figures: file that the figures are written to at the end.
    """

    vendor: str
    url: str
    credentials: Mapping[str, str]
    figures: str

    def write(self, path: Path) -> None:
        """Write the task to a file, readable by its owner only: it holds credentials."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def from_environment(cls) -> Task:
        """Read the task whose file the environment names."""
        return cls(**json.loads(Path(os.environ[VARIABLE]).read_text("utf-8")))

    def send(self, method: str, path: str, *, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Send a request to the provider; see `plausible.Send`."""
        response = requests.request(method, self.url + path, json=json, headers=headers, timeout=_SECONDS)
        return decoded(response)


def decoded(response: Any) -> Any:
    """Return the decoded JSON of an answer, `None` if it is not JSON.

    Args:
        response: of requests or of schemathesis.
    """
    try:
        return response.json()
    except ValueError:
        return None
