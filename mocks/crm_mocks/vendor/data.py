"""Data files of a vendor's folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from crm_mocks.contract.source import load_yaml


@cache
def load_data(module_file: str, name: str) -> Any:
    """Return the content of a YAML file next to a module, read once; do not change it.

        load_data(__file__, "catalogue.yaml")

    Args:
        module_file: the module's `__file__`.
        name: the file's name.
    """
    return load_yaml(Path(module_file).with_name(name).read_bytes())
