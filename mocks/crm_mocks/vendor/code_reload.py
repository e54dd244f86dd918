"""Importing the code of a vendor's folder again after its files have changed."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Final

from crm_mocks.vendor.data import load_data

_SUFFIXES: Final = (".py", ".yaml", ".yml", ".json")
_OTHER_FOLDERS: Final = frozenset({"tests", "__pycache__", "node_modules", "venv"})


def code_files(folder: Path) -> Iterator[Path]:
    """Yield the modules and data files in the folder of a vendor; tests and hidden folders are none of them."""
    for directory, inner, names in os.walk(folder):
        inner[:] = [each for each in inner if each not in _OTHER_FOLDERS and not each.startswith(".")]
        yield from (Path(directory, name) for name in names if name.endswith(_SUFFIXES))


@contextmanager
def imported_anew(package: str, files: Iterable[Path]) -> Iterator[None]:
    """Import the modules of a package anew within the block; an exception restores the ones before.

    Args:
        package: name of the package.
        files: its files.
    """
    before = _modules(package)
    _forget(before)
    for file in files:
        _remove_bytecode(file)
    load_data.cache_clear()
    importlib.invalidate_caches()
    try:
        yield
    except BaseException:
        _forget(_modules(package))
        sys.modules.update(before)
        parent, _, name = package.rpartition(".")
        if package in before and parent in sys.modules:
            setattr(sys.modules[parent], name, before[package])
        raise


def _modules(package: str) -> dict[str, ModuleType]:
    return {name: each for name, each in sys.modules.items() if f"{name}.".startswith(f"{package}.")}


def _forget(names: Iterable[str]) -> None:
    for name in names:
        sys.modules.pop(name, None)


def _remove_bytecode(file: Path) -> None:
    """Remove the compiled form of a module: Python would use it after a change of the same size within a second."""
    if file.suffix == ".py":
        with suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
