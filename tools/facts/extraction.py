"""Extract facts from documents: what the extractors of the vendors share, and the comparison with the lists.

An extractor is a module tools/facts/<vendor>.py with

- `DOCUMENTS`: file names of the documents it reads,
- `EXTRACTED`: how the ids of the facts begin that it makes; all others are written by hand,
- `facts(texts, contract)`, which yields the facts of those documents whose texts it gets, by file name. It raises
  `ContractError` if the contract lacks a fact.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import yaml

from crm_mocks.contract.source import directory, load_yaml, read
from crm_mocks.errors import ContractError, UsageError
from tools.facts.listing import FOLDER, Entry

PROSE: Final = "A description constrains no request or response."
"""Why most descriptions are untestable."""


class Extractor(Protocol):
    """A module that extracts the facts of a vendor's documents."""

    DOCUMENTS: tuple[str, ...]
    EXTRACTED: tuple[str, ...]

    def facts(self, texts: Mapping[str, str], contract: Mapping[str, Any]) -> Iterator[Entry]:
        """Yield the facts."""


@dataclass(frozen=True)
class Extraction:
    """The facts of a vendor's documents beside those of its list.

    Attributes:
        path: of the list.
        entries: the list as it should be, in its order, new facts last; those written by hand or of documents not given
            are kept.
        lacking: ids of extracted facts that the list lacks or has otherwise.
        outdated: ids of facts in the list that the documents do not give.
        missing: file names of the documents that are not in the folder.
    """

    path: Path
    entries: list[Entry]
    lacking: list[str]
    outdated: list[str]
    missing: list[str]

    def write(self) -> None:
        """Write the list."""
        text = yaml.safe_dump(self.entries, sort_keys=False, allow_unicode=True, width=118)
        self.path.write_text(text, encoding="utf-8", newline="\n")


def extract(documents: Path, lists: Path = FOLDER) -> Iterator[Extraction]:
    """Yield the extraction of each vendor that has an extractor and a document in the folder.

    Args:
        documents: folder of the documents.
        lists: folder of the lists.

    Raises:
        UsageError: the folder does not exist.
        ContractError: a contract lacks a fact.
    """
    if not documents.is_dir():
        raise UsageError(f"there is no folder {documents}")
    for path in sorted(lists.glob("*.yaml")):
        if (FOLDER / f"{path.stem}.py").is_file():
            extractor: Any = importlib.import_module(f"tools.facts.{path.stem}")
            yield _extraction(extractor, documents, path)


def _extraction(extractor: Extractor, documents: Path, path: Path) -> Extraction:
    paths = {name: documents / name for name in extractor.DOCUMENTS}
    texts = {name: each.read_text(encoding="utf-8") for name, each in paths.items() if each.is_file()}
    contract, _ = read(directory() / f"{path.stem}.yaml")
    try:
        found = {entry["id"]: entry for entry in extractor.facts(texts, contract)}
    except ContractError as error:
        raise ContractError(f"{path.stem}: {error}") from error
    listed: list[Entry] = load_yaml(path.read_text(encoding="utf-8")) or []
    written = {entry["id"]: entry for entry in listed}
    lacking = [id_ for id_, entry in found.items() if written.get(id_) != entry]
    outdated = [
        entry["id"]
        for entry in listed
        if entry["id"].startswith(extractor.EXTRACTED) and entry["document"] in texts and entry["id"] not in found
    ]
    in_place = {entry["id"]: found.get(entry["id"], entry) for entry in listed if entry["id"] not in outdated}
    return Extraction(path, [*(in_place | found).values()], lacking, outdated, sorted(paths.keys() - texts.keys()))


def find(contract: Any, pointer: str) -> Any:
    """Return the part of a contract at a JSON pointer; `None` if there is nothing."""
    if not pointer.startswith("/"):
        return None
    part = contract
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(part, list) and key.isdecimal() and int(key) < len(part):
            part = part[int(key)]
        elif isinstance(part, dict) and key in part:
            part = part[key]
        else:
            return None
    return "null" if part is None else part  # null may stand in an example or an enum


def require(contract: Any, pointer: str) -> Any:
    """Return the part of a contract at a JSON pointer.

    Raises:
        ContractError: there is nothing.
    """
    found = find(contract, pointer)
    if found is None:
        raise ContractError(f"the contract has nothing at {pointer}")
    return found


def entry(  # the keys of an entry
    id_: str, document: str, section: str, says: str, pointer: str, *, test: str = "", position: str = ""
) -> Entry:
    """Return a fact as its list has it; without test it is untestable prose."""
    made = {"id": id_, "document": document, "section": section, "fact": " ".join(says.split()), "contract": pointer}
    made |= {"position": position} if position else {}
    return made | ({"test": test} if test else {"untestable": PROSE})
