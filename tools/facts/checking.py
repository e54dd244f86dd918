"""Check lists of facts: each fact is in the contract, and a test honours it or a reason says why none can."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.host_positions import HOST_POSITIONS
from crm_mocks.contract.source import directory, read
from crm_mocks.errors import UsageError
from crm_mocks.settings import setting_infos
from crm_mocks.vendor import load_vendor, vendor_names
from tools.facts.extraction import find
from tools.facts.listing import KEYS, Fact, FactList

ROOT: Final = Path(__file__).parents[2]
_REQUIRED: Final = ("id", "document", "section", "fact")


def problems(lists: Iterable[FactList], root: Path = ROOT) -> Iterator[str]:
    """Yield a message for each problem, with file and line.

    Args:
        lists: to check.
        root: folder that the paths of tests start from.

    Raises:
        UsageError: a list is of an unknown vendor.
    """
    for each in lists:
        checks = _Checks(each, root)
        for fact in each.facts:
            for message in checks.of(fact):
                yield f"{each.path}:{fact.line}: {fact['id'] or 'fact'}: {message}"


class _Checks:
    """The checks of one list."""

    def __init__(self, facts: FactList, root: Path) -> None:
        if facts.vendor not in vendor_names():
            raise UsageError(f"{facts.path}: there is no vendor {facts.vendor}: {', '.join(vendor_names())}")
        self._contract, _ = read(directory() / f"{facts.vendor}.yaml")
        self._positions = {*HOST_POSITIONS, *self._contract.get("x-positions", {})}
        settings = setting_infos(load_vendor(facts.vendor).settings_type)
        self._settings = {f"{facts.vendor}.{name}" for name in settings}
        self._root = root
        self._lines: dict[str, int] = {}

    def of(self, fact: Fact) -> Iterator[str]:
        """Yield the problems of a fact."""
        yield from _form(fact.entry)
        first = self._lines.setdefault(fact["id"], fact.line)
        if first != fact.line:
            yield f"the id is also that of the fact in line {first}"
        if not fact.is_in_contract:
            yield "add where the contract has the fact: contract (a JSON pointer), position or setting"
        if fact["contract"] and find(self._contract, fact["contract"]) is None:
            yield f"the contract has nothing at {fact['contract']}"
        if fact["position"] and fact["position"] not in self._positions:
            yield f"there is no position {fact['position']}"
        if fact["setting"] and fact["setting"] not in self._settings:
            yield f"there is no setting {fact['setting']}"
        if bool(fact["test"]) == bool(fact["untestable"]):
            yield "add either the test that honours the fact, or untestable with the reason"
        if fact["test"]:
            yield from _test(fact["test"], self._root)


def _form(entry: Mapping[str, Any]) -> Iterator[str]:
    for key in _REQUIRED:
        if not entry.get(key):
            yield f"{key} is missing"
    for key, value in entry.items():
        if key not in KEYS:
            yield f"{key} is no key of a fact: {', '.join(KEYS)}"
        elif not isinstance(value, str):
            yield f"{key} must be a string"


def _test(test: str, root: Path) -> Iterator[str]:
    module, _, name = test.partition("::")
    path = root / module
    if not name or not path.is_file():
        yield f"there is no test module {module}: write tests/…/test_….py::test_…"
    elif name.partition("[")[0] not in _tests(path):
        yield f"{module} has no test {name.partition('[')[0]}"


@cache
def _tests(path: Path) -> frozenset[str]:
    """Return the names of a module's tests, those of a class with its name: `TestToken::test_expiry`."""
    return frozenset(_named(ast.parse(path.read_text(encoding="utf-8")), ""))


def _named(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name.startswith("test"):
            yield f"{prefix}{each.name}"
        elif isinstance(each, ast.ClassDef):
            yield from _named(each, f"{prefix}{each.name}::")
