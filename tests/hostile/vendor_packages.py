"""Packages of vendors that fail when they are imported, created or called."""

from __future__ import annotations

import importlib
import itertools
import shutil
import sys
import tempfile
from pathlib import Path
from random import Random

import yaml

from crm_mocks import create_app
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor_sources import VendorSources, activate, forget_sources
from tests.hostile.attack import Attack, Input
from tests.hostile.contracts import DOCUMENTS
from tests.hostile.mutations import mutated_bytes

_GOOD = '''\
"""Small CRM."""

from __future__ import annotations

from typing import Any

from crm_mocks.generic import GenericVendor


class SmallCrm(GenericVendor):
    """Vendor of a test."""

    credentials = {"key": "demo-key"}
'''
_FAILING = (
    "raise SystemExit",
    "raise SystemExit('bye\\nbye')",
    "raise KeyboardInterrupt",
    "raise BaseException('of its own')",
    "raise GeneratorExit",
    "raise type('E', (BaseException,), {'__str__': lambda self: 1})()",
    "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
    "raise BaseExceptionGroup('two', [KeyError(1), SystemExit(2)])",
    "raise RecursionError",
    "raise MemoryError",
    "def f():\n    f()\nf()",
    "import nothing_of_this_name",
    "from . import nothing",
    "import sys; sys.exit(3)",
    "import sys; sys.modules[__name__] = None",
    "import sys; del sys.modules[__name__]",
    "__name__ = 1",
    "GenericVendor = 1",
    "class SmallCrm(GenericVendor): ...",
    "class Other(GenericVendor): ...",
    "SmallCrm = None",
    "def __getattr__(name): raise ValueError(name)",
    "'\ud7ff' if \n",
    "x = 1 / 0",
    "\0",
    "# -*- coding: klingon -*-",
    "async def f(): yield; return 1",
    "    indented",
    "(" * 300,
)
_MEMBERS = (
    "    def __init__(self, *a, **k): raise SystemExit(1)",
    "    def __init__(self, *a, **k): raise BaseException('made')",
    "    def __init__(self): ...",
    "    def __init__(self, *a, **k): ...",
    "    def __new__(cls, *a, **k): return 1",
    "    credentials = 1",
    "    credentials = {1: 2}",
    "    settings_type = int",
    "    settings_type = None",
    "    def recognised(self): raise SystemExit",
    "    name = property(lambda self: 1 / 0)",
)


class VendorPackages(Attack):
    """The package of a vendor in `--vendor-dir` is loaded, or refused in one line that names it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._folder = Path(self.held.enter_context(tempfile.TemporaryDirectory()))
        self._numbers = itertools.count()

    def make(self, rng: Random) -> Input:
        lines = _GOOD.splitlines()
        if rng.random() < 0.5:
            lines.insert(rng.choice((0, 1, 2, len(lines))), rng.choice(_FAILING))
        if rng.random() < 0.5:
            lines.append(rng.choice(_MEMBERS))
        data = "\n".join([*lines, ""]).encode("utf-8", "surrogatepass")
        return {"code": (mutated_bytes(rng, data) if rng.random() < 0.4 else data).decode("latin-1")}

    def fault(self, made: Input) -> str:
        folder = self._folder / f"v{next(self._numbers)}"  # modules are kept by name
        folder.mkdir()
        (folder / "contract.yaml").write_text(yaml.safe_dump(DOCUMENTS[0]), "utf-8")
        (folder / "__init__.py").write_bytes(made["code"].encode("latin-1"))
        importlib.invalidate_caches()
        before = set(sys.modules)
        restore = forget_sources()
        activate(VendorSources(folders=(folder,)))
        try:
            create_app([folder.name], seed=1)
        except CrmMocksError as error:
            if "\n" in str(error):
                return f"an error of several lines: {error}"[:300]
            return "" if folder.name in str(error) else f"an error without the vendor's name: {error}"[:300]
        except KeyboardInterrupt:
            return ""  # as Ctrl-C during an import
        except BaseException as error:  # noqa: BLE001  # each is a fault, whatever its class
            return f"{type(error).__name__} reaches the command"
        finally:
            restore()
            shutil.rmtree(folder)
            for name in set(sys.modules) - before:
                if name.startswith("_crm_mocks_vendors_"):
                    sys.modules.pop(name)
        return ""
