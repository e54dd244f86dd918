"""Where vendors come from besides installed distributions: folders, and contracts supplied by the user.

Importing this module is cheap: the command line and the pytest plugin read it before they load anything.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import msgspec
from msgspec.structs import replace

from crm_mocks.errors import UsageError

ENTRY_POINTS: Final = "crm_mocks.vendors"
"""Entry point group of vendors: the name of an entry is the vendor's, its value the package."""

CONTRACT_NAMES: Final = ("contract.yaml", "contract.yml", "contract.json")
"""Names of the contract in the folder of a vendor."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAMED: Final = re.compile(r"(?P<name>[^=/\\.]+)=(?P<file>.+)", re.DOTALL)
_PREFIXED: Final = re.compile(r"(?P<file>.+)@(?P<prefix>/[^@]*)", re.DOTALL)
_PATH: Final = re.compile(r"[./\\=]")
_RESERVED: Final = ("host", "responses")
"""Sections of configuration and seed files that are no vendors."""

_TOOL: Final = "crm-mocks"
_VENDOR_DIR: Final = "vendor-dir"


def is_path(text: str) -> bool:
    """Return whether a text in place of a vendor's name is the path of a contract, such as `./their-crm.yaml`."""
    return _PATH.search(text) is not None


class NamedContract(msgspec.Struct, frozen=True):
    """A contract that a user supplies, which becomes a vendor.

    Attributes:
        name: name of the vendor.
        path: absolute path of the contract.
        prefix: path prefix of all its paths; empty if none.
    """

    name: str
    path: Path
    prefix: str = ""

    @classmethod
    def parse(cls, text: str, folder: Path | None = None) -> Self:
        """Parse `[NAME=]FILE[@/prefix]`; the name is else the file's stem, with `_` for all but letters and digits.

        Args:
            text: as the user wrote it.
            folder: folder that a relative path starts from; by default the working folder.

        Raises:
            UsageError: the name is not one, there is no such file, or the prefix has no slash.

        Example:
            NamedContract.parse("contracts/their-crm.yaml@/their").name == "their_crm"
        """
        named = _NAMED.fullmatch(text)
        file = named["file"] if named else text
        base = folder or Path.cwd()
        prefixed = _PREFIXED.fullmatch(file)
        if prefixed and not (base / file).is_file():
            file, prefix = prefixed["file"], prefixed["prefix"].rstrip("/")
        else:
            prefix = ""
        path = _path(file, base)
        if not path.is_file():
            existing, _, rest = file.rpartition("@")
            if existing and _path(existing, base).is_file():
                written = f"{named['name']}={existing}" if named else existing
                raise UsageError(f"the prefix of a contract starts with '/': write {written}@/{rest}")
            from crm_mocks.missing_contract import missing_contract  # pytest imports this module in each run

            raise UsageError(missing_contract(file, path))
        name = named["name"].strip() if named else name_of(path)
        if not _NAME.fullmatch(name) or name in _RESERVED:
            raise UsageError(f"'{name}' cannot be the name of a vendor: use NAME={file}, with a NAME such as their_crm")
        return cls(name, _real(path), prefix)

    def written(self) -> str:
        """Return a text in place of a vendor's name, as short as a user in the working folder would write it."""
        try:
            path = os.path.relpath(self.path)
        except FileNotFoundError:  # the working folder has been deleted
            path = str(self.path)
        if self.prefix or self.name != name_of(self.path):
            return f"{self.name}={path}" + (f"@{self.prefix}" if self.prefix else "")
        return path if is_path(path) else f"./{path}"

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.name}={self.path}" + (f"@{self.prefix}" if self.prefix else "")


def name_of(path: Path) -> str:
    """Return the name of the vendor of a contract file: its stem in lower case, `_` for all but letters and digits."""
    return re.sub(r"[^a-z0-9]", "_", path.stem.lower())


class VendorSources(msgspec.Struct, frozen=True):
    """Where a process gets vendors from besides installed distributions.

    Attributes:
        folders: each the folder of a vendor, or a folder with one folder per vendor.
        contracts: contracts that the user supplies.
        vendors: vendors that are served beside the supplied contracts.
        stateless: supplied contracts answer with examples only, and store nothing.
    """

    folders: tuple[Path, ...] = ()
    contracts: tuple[NamedContract, ...] = ()
    vendors: tuple[str, ...] = ()
    stateless: bool = False

    @classmethod
    def parse(
        cls,
        contracts: Iterable[str] = (),
        folders: Iterable[Path | str] = (),
        *,
        base: Path | None = None,
        stateless: bool = False,
    ) -> Self:
        """Parse what a user wrote.

        Args:
            contracts: each `[NAME=]FILE[@/prefix]`, or the name of a vendor to serve beside them.
            folders: folders of vendors.
            base: folder that relative paths start from; by default the working folder.
            stateless: see the class.

        Raises:
            UsageError: a name or a file is wrong.
        """
        texts = tuple(dict.fromkeys(contracts))
        return cls(
            tuple(dict.fromkeys(_real(_path(each, base or Path.cwd())) for each in folders)),
            tuple(NamedContract.parse(each, base) for each in texts if is_path(each)),
            tuple(each for each in texts if not is_path(each)),
            stateless,
        )

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads, for another process."""
        return {
            "folders": list(map(str, self.folders)),
            "contracts": [*map(str, self.contracts), *self.vendors],
            "stateless": self.stateless,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the sources that `as_json` described.

        Raises:
            UsageError: a file is no longer there.
        """
        return cls.parse(value["contracts"], value["folders"], stateless=value["stateless"])

    def arguments(self) -> list[str]:
        """Return the options of the command line that state these sources."""
        return [
            *(part for each in self.folders for part in ("--vendor-dir", str(each))),
            *(part for each in (*self.contracts, *self.vendors) for part in ("--contract", str(each))),
            *(("--stateless",) if self.stateless else ()),
        ]


def configured_folders(start: Path | None = None) -> tuple[Path, ...]:
    """Return the folders of `vendor-dir` in `[tool.crm-mocks]` of the nearest `pyproject.toml`.

    Args:
        start: folder in which, and above which, the file is sought; by default the working folder.

    Raises:
        UsageError: the file is not TOML, or the value is neither a path nor a list of paths.
    """
    try:
        start = start or Path.cwd()
    except FileNotFoundError:  # the working folder has been deleted
        return ()
    file = next((each for folder in (start, *start.parents) if (each := folder / "pyproject.toml").is_file()), None)
    if file is None:
        return ()
    import tomllib

    from crm_mocks.files.reading import read_bytes  # pytest imports this module in each run

    try:
        table = tomllib.loads(read_bytes(file).decode()).get("tool", {}).get(_TOOL, {})
        unknown = [key for key in table.keys() if key != _VENDOR_DIR]  # noqa: SIM118  # fails for what is no table
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise UsageError(f"cannot read {file} for {_VENDOR_DIR}: {error}") from None
    if unknown:
        raise UsageError(f"{file}: [tool.{_TOOL}] has no key '{unknown[0]}': its key is '{_VENDOR_DIR}'")
    value = table.get(_VENDOR_DIR, [])
    folders = [value] if isinstance(value, str) else value
    if not isinstance(folders, list) or not all(isinstance(each, str) for each in folders):
        raise UsageError(f"{file}: {_VENDOR_DIR} takes the path of a folder, or a list of such paths")
    if any("\0" in each for each in folders):
        raise UsageError(f"{file}: {_VENDOR_DIR} has a null character")
    return tuple(_real(file.parent / each) for each in folders)


def _path(text: Path | str, base: Path) -> Path:
    """Return the path that a user wrote; `~` of a user that does not exist is a name like any other."""
    return base / os.path.expanduser(text)  # noqa: PTH111  # `Path.expanduser` raises an error


def _real(path: Path) -> Path:
    """Return a path with its links followed."""
    from crm_mocks.files.reading import real_path  # pytest imports this module in each run

    return real_path(path)


_active: list[VendorSources] = []


def active() -> VendorSources:
    """Return the sources of this process: those that `activate` set, else the folders that `pyproject.toml` names.

    Raises:
        UsageError: as for `configured_folders`.
    """
    if not _active:
        _active.append(VendorSources(configured_folders()))
    return _active[-1]


def supplied_contracts() -> tuple[NamedContract, ...]:
    """Return the contracts that the user has supplied so far; `pyproject.toml` names none."""
    return _active[-1].contracts if _active else ()


def activate(sources: VendorSources) -> None:
    """Make these the sources of this process."""
    _active[:] = [sources]


def forget_sources() -> Callable[[], None]:
    """Forget the sources of this process, so that the next use reads `pyproject.toml`; return what restores them."""
    previous = _active[:]
    _active.clear()
    return partial(_active.__setitem__, slice(None), previous)


def supply(text: str) -> str:
    """Add a contract to those that the user supplies; return the name of its vendor.

    Args:
        text: `[NAME=]FILE[@/prefix]`.

    Raises:
        UsageError: there is no such file.
    """
    contract = NamedContract.parse(text)
    sources = active()
    if contract not in sources.contracts:
        activate(replace(sources, contracts=(*sources.contracts, contract)))
    return contract.name
