"""Toy CRM of docs/new-crm.md, unpacked: the recipe there is its only source."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from crm_mocks import vendors
from crm_mocks.vendor import Vendor
from crm_mocks.vendor.origins import subclass_in

PAGE = Path(__file__).parent.parent / "docs" / "new-crm.md"
_FILE = re.compile(r"^`([\w/.]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """Return the files that the recipe has the reader write, by path in the repository."""
    return dict(_FILE.findall(PAGE.read_text(encoding="utf-8")))


def unpack(root: Path) -> None:
    """Write the recipe's files below a folder."""
    for name, content in files().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def load(root: Path) -> Vendor:
    """Unpack and load Toy CRM, without making it one of the vendors that the package finds by itself."""
    unpack(root)
    path: Any = vendors.__path__
    path.append(str(root / "mocks" / "crm_mocks" / "vendors"))
    try:
        module = importlib.import_module("crm_mocks.vendors.toy")
    finally:
        path.pop()
    vendor: Vendor = subclass_in(module, Vendor)("toy", root / "openapi" / "toy.yaml")
    return vendor
