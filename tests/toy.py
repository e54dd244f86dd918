"""Toy CRM, a vendor in the form of our own: its files are in `toy_crm`."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

from crm_mocks import vendors
from crm_mocks.vendor import Vendor
from crm_mocks.vendor.package_code import subclass_in

FILES = Path(__file__).parent / "toy_crm"


def unpack(root: Path) -> None:
    """Write the files of Toy CRM below a folder, such as a copy of the repository."""
    shutil.copytree(FILES, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def load(root: Path) -> Vendor:
    """Unpack and load Toy CRM, without making it one of the vendors that are installed."""
    unpack(root)
    path: Any = vendors.__path__
    path.append(str(root / "mocks" / "crm_mocks" / "vendors"))
    try:
        module = importlib.import_module("crm_mocks.vendors.toy")
    finally:
        path.pop()
    vendor: Vendor = subclass_in(module, Vendor)("toy", root / "openapi" / "toy.yaml")
    return vendor
