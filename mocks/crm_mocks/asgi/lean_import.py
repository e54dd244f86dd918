"""Imports connexion without what it does not need."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

_UNUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "httpx": (),
    "jinja2": (),
    "requests": (),
    "starlette.templating": ("Jinja2Templates",),
    "starlette.testclient": ("TestClient",),
}
"""Modules of which connexion uses nothing while it serves, with the classes that it imports from them by name.

They are for its test client, its console, contracts at URLs and tokens that other servers check. Together with Flask,
importing them takes a third of the time of `import connexion`, and 10 MB.
"""

_FLASK: Final = "flask"
_FLASK_EXTRA: Final = "a2wsgi"
"""The package without which no part of connexion that uses Flask works."""


class _StandIn(ModuleType):
    """A module that is imported when something of it is used."""

    def __init__(self, name: str, classes: tuple[str, ...]) -> None:
        super().__init__(name)
        self._has_classes = bool(classes)
        for each in classes:
            setattr(self, each, _constructor(self, each))

    def __getattr__(self, name: str) -> Any:
        if name == "__path__" and self._has_classes:  # `from … import` asks for it, which is no use of the module
            raise AttributeError(name)
        return getattr(self.imported(), name)

    def imported(self) -> ModuleType:
        """Return the module itself."""
        self.withdraw()
        return import_module(self.__name__)

    def withdraw(self) -> None:
        """Leave later imports to the module itself."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]


def _constructor(module: _StandIn, name: str) -> Callable[..., Any]:
    def create(*args: Any, **kwargs: Any) -> Any:
        return getattr(module.imported(), name)(*args, **kwargs)

    return create


@contextmanager
def lean_import() -> Iterator[None]:
    """Import connexion in this context; what it does not need is imported at its first use.

    Flask is hidden from it where its extra for Flask is not installed. It uses parts of jsonschema that are deprecated,
    about which warnings would reach users, who cannot act on them.
    """
    stand_ins = [_StandIn(name, classes) for name, classes in _UNUSED.items() if name not in sys.modules]
    sys.modules.update((each.__name__, each) for each in stand_ins)
    is_flask_hidden = _FLASK not in sys.modules and find_spec(_FLASK_EXTRA) is None
    if is_flask_hidden:
        sys.modules[_FLASK] = None  # type: ignore[assignment]  # the documented way to let an import fail
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each in stand_ins:
            each.withdraw()
        if is_flask_hidden:
            del sys.modules[_FLASK]
