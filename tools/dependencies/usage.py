"""Which packages the code of the project imports, runs or names."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from tools.dependencies.declared import ALWAYS, FOR_USERS, Declared

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ("mocks/crm_mocks", "contracts/crm_contracts")
FOR_WORK: Final = ("tests", "tools", "benchmarks")
USED_UNNAMED: Final = {
    "hiredis": "redis uses it where it is installed",
    "mkdocstrings-python": "mkdocstrings loads it for its handler `python`",
}
"""Packages that nothing of ours names, with what uses them."""

_SETTINGS: Final = ("Makefile", "mkdocs.yml", "pyproject.toml")
"""Files that name programs and plug-ins."""


def _imports(folders: Iterable[str]) -> dict[str, str]:
    """Return the packages of others that the modules in folders import, by import name, with a module that does."""
    known = _own_modules() | sys.stdlib_module_names
    return {name: module for folder in folders for name, module in _read(folder).imports.items() if name not in known}


def undeclared(folders: Iterable[str], requirements: Iterable[Declared]) -> dict[str, str]:
    """Return the installed modules that folders import and no requirement installs, with a file that imports each."""
    known = {module for each in requirements for module in _modules_of(each)}
    found = _imports(folders).items()
    return {name: file for name, file in found if name not in known and find_spec(name) is not None}


def unused(requirements: Iterable[Declared]) -> list[str]:
    """Return the names of the installed packages that nothing of ours imports, runs or names.

    What users install has to be used by what we ship.

    Raises:
        PackageNotFoundError: one of them is not installed.
    """
    names = {shipped: _names_in_use(SHIPPED if shipped else FOR_WORK) for shipped in (True, False)}
    return [
        each.name
        for each in requirements
        if each.name not in USED_UNNAMED
        and each.applies
        and not _names_of(distribution(each.name)) & names[each.group in (ALWAYS, *FOR_USERS)]
    ]


def _names_in_use(folders: Iterable[str]) -> set[str]:
    """Return the words by which code and settings may name a package: imports, texts, words of settings."""
    words = {word for folder in folders for word in (*_read(folder).imports, *_read(folder).texts)}
    if folders is FOR_WORK:
        for file in _SETTINGS:
            lines = (ROOT / file).read_text("utf-8").splitlines()
            without_requirements = "\n".join(line for line in lines if not line.lstrip().startswith('"'))
            words.update(re.findall(r"[\w.-]+", without_requirements))
    return words


def _names_of(package: Distribution) -> set[str]:
    """Return the names by which a package is used: those of its modules, programs and plug-ins."""
    files = [Path(str(file)) for file in package.files or ()]
    programs = {file.name for file in files if file.parent.name in ("bin", "Scripts")}
    plug_ins = {name for entry in package.entry_points for name in (entry.name, entry.module)}
    return _modules(files) | programs | plug_ins


def _modules_of(requirement: Declared) -> set[str]:
    try:
        package = distribution(requirement.name)
    except PackageNotFoundError:
        return set()
    return _modules(Path(str(file)) for file in package.files or ())


def _modules(files: Iterable[Path]) -> set[str]:
    return {file.parts[0].removesuffix(".py").removesuffix("-stubs") for file in files}


@dataclass(frozen=True)
class _Code:
    """What the modules in a folder name.

    Attributes:
        imports: the top-level packages that they import, each with a module that does.
        texts: their string constants.
    """

    imports: dict[str, str]
    texts: set[str]


@cache
def _read(folder: str) -> _Code:
    code = _Code({}, set())
    for file in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                code.texts.add(node.value)
            for name in _imported(node):
                code.imports.setdefault(name.partition(".")[0], str(file.relative_to(ROOT)))
    return code


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


@cache
def _own_modules() -> frozenset[str]:
    """Return the names of our packages and of the scripts in tests and examples, which import one another."""
    scripts = (path.stem for folder in ("tests", "examples") for path in (ROOT / folder).rglob("*.py"))
    return frozenset((*FOR_WORK, "examples", *(Path(folder).name for folder in SHIPPED), *scripts))
