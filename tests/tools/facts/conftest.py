from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

FACT = {
    "id": "push-method",
    "document": "activix-push-lead.md",
    "section": "Create a lead",
    "fact": "The method is POST.",
    "contract": "/paths/~1activix~1leads/post",
    "test": "tests/vendors/activix/test_settings.py::test_path",
}


@pytest.fixture
def write_list(tmp_path: Path) -> Callable[..., Path]:
    """Write the list of facts of a vendor into a folder of its own, and return the folder."""

    def write(*entries: Any, vendor: str = "activix") -> Path:
        (tmp_path / f"{vendor}.yaml").write_text(yaml.safe_dump(list(entries), sort_keys=False), "utf-8")
        return tmp_path

    return write
