"""Libraries are patched when they are imported."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.offline.late_patch import LatePatch

LIBRARY = "library_of_a_test"


class Wrapping:
    """Wraps the value of the library."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._library: Any = sys.modules[LIBRARY]
        self._real = self._library.value

    def start(self) -> None:
        self._library.value = f"{self._name}({self._real})"

    def stop(self) -> None:
        self._library.value = self._real


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / f"{LIBRARY}.py").write_text("value = 'real'\n")
    monkeypatch.syspath_prepend(tmp_path)
    finders = list(sys.meta_path)
    yield
    sys.modules.pop(LIBRARY, None)
    assert sys.meta_path == finders


def _patch(name: str = "patched") -> LatePatch:
    return LatePatch(LIBRARY, lambda: Wrapping(name))


def _value() -> str:
    return str(importlib.import_module(LIBRARY).value)


def test_a_library_is_patched_by_its_import() -> None:
    patch = _patch()
    patch.start()
    assert LIBRARY not in sys.modules
    assert _value() == "patched(real)"
    patch.stop()
    assert _value() == "real"


def test_an_imported_library_is_patched_at_once() -> None:
    importlib.import_module(LIBRARY)
    patch = _patch()
    patch.start()
    assert _value() == "patched(real)"
    patch.stop()
    assert _value() == "real"


def test_patches_wrap_each_other_in_the_order_of_their_starts() -> None:
    """Where a shared session encloses that of a test, the innermost mocks come first."""
    outer, inner = _patch("outer"), _patch("inner")
    outer.start()
    inner.start()
    assert _value() == "inner(outer(real))"
    inner.stop()
    assert _value() == "outer(real)"
    outer.stop()
    assert _value() == "real"


def test_a_patch_that_was_stopped_leaves_a_later_import_alone() -> None:
    patch = _patch()
    patch.start()
    patch.stop()
    assert _value() == "real"


def test_a_library_that_is_missing_stays_missing(tmp_path: Path) -> None:
    (tmp_path / f"{LIBRARY}.py").unlink()
    patch = _patch()
    patch.start()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(LIBRARY)
    patch.stop()
