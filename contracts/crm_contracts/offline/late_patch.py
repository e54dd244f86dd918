"""Patch a library when it is imported, if ever: tests of one library do not wait for the import of another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final, Protocol


class Patch(Protocol):
    """A patch of a library that has been imported."""

    def start(self) -> None:
        """Start patching."""

    def stop(self) -> None:
        """Restore the library."""


class LatePatch:
    """A patch that starts with the import of its library."""

    def __init__(self, library: str, create: Callable[[], Patch]) -> None:
        """Create a patch that has not started.

        Args:
            library: name of the library's package.
            create: returns the patch; called when the library has been imported.
        """
        self.library = library
        self._create = create
        self._patch: Patch | None = None

    def start(self) -> None:
        """Patch the library, at once or after its import."""
        if self.library in sys.modules:
            self.apply()
        else:
            _WAITING.add(self)

    def apply(self) -> None:
        """Patch the library, which has been imported."""
        self._patch = self._create()
        self._patch.start()

    def stop(self) -> None:
        """Restore the library, if it has been imported."""
        if self._patch is None:
            _WAITING.discard(self)
        else:
            self._patch.stop()


class _Waiting(MetaPathFinder):
    """Patches whose libraries have not been imported, in the order of their starts: a later one wraps an earlier."""

    def __init__(self) -> None:
        self._patches: list[LatePatch] = []

    def add(self, patch: LatePatch) -> None:
        self._patches.append(patch)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def discard(self, patch: LatePatch) -> None:
        self._patches = [each for each in self._patches if each is not patch]
        if not self._patches and self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the spec that the other finders know of an awaited library, with a loader that applies the patches."""
        if all(each.library != name for each in self._patches):
            return None
        specs = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, specs), None)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                self._apply(name)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # the loader is this import's own
        return spec

    def _apply(self, library: str) -> None:
        for each in [each for each in self._patches if each.library == library]:
            self.discard(each)
            each.apply()


_WAITING: Final = _Waiting()
