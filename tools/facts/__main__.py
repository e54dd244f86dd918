"""`python -m tools.facts --check | --write | --extract DOCUMENTS`: check the lists of facts, and write docs/facts.md.

Exit code 0 when all is well, 1 when a list has a problem, lacks a fact or the page is out of date, 2 on a usage error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crm_mocks.contract.source import directory
from crm_mocks.errors import ContractError, CrmMocksError
from tools.facts.checking import problems
from tools.facts.extraction import extract
from tools.facts.listing import FOLDER, read_lists
from tools.facts.page import NAME, render


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m tools.facts", description="Check the facts of the vendors' documents.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="exit 1 and name what is wrong with the lists or the page")
    action.add_argument("--write", action="store_true", help=f"write docs/{NAME} from the lists")
    action.add_argument(
        "--extract", type=Path, metavar="DOCUMENTS", help="exit 1 and name the facts of these documents the lists lack"
    )
    parser.add_argument("--update", action="store_true", help="with --extract, write the lists")
    docs = directory().parent / "docs"
    parser.add_argument("--docs", type=Path, default=docs, metavar="DIR", help="folder of the page (default: docs/)")
    parser.add_argument("--lists", type=Path, default=FOLDER, metavar="DIR", help="folder of the lists")
    options = parser.parse_args(arguments)
    try:
        if options.extract is not None:
            return _extract(options.extract, options.lists, update=options.update)
        return _write(options.lists, options.docs) if options.write else _check(options.lists, options.docs)
    except ContractError as error:
        print(error)
        return 1
    except CrmMocksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _check(lists: Path, docs: Path) -> int:
    read = read_lists(lists)
    found = list(problems(read))
    if not found and _text(docs / NAME) != render(read):
        found = [f"{docs / NAME} is out of date: run `make docs` and commit it"]
    if found:
        print(*found, sep="\n")
        return 1
    facts = [fact for each in read for fact in each.facts]
    tested = sum(bool(fact["test"]) for fact in facts)
    print(f"{len(facts)} facts are in the contracts: {tested} tested, {len(facts) - tested} untestable")
    return 0


def _write(lists: Path, docs: Path) -> int:
    text = render(read_lists(lists))
    if _text(docs / NAME) == text:
        print("the page is up to date")
        return 0
    (docs / NAME).write_text(text, encoding="utf-8", newline="\n")
    print(f"wrote {NAME}")
    return 0


def _extract(documents: Path, lists: Path, *, update: bool) -> int:
    differs = False
    for each in extract(documents, lists):
        for name in each.missing:
            print(f"{each.path}: {name} is not in {documents}; its facts are kept")
        for ids, says in ((each.lacking, "lacks"), (each.outdated, "has, but no document gives,")):
            differs = differs or bool(ids)
            print(*(f"{each.path} {says} {id_}" for id_ in ids), sep="\n", end="\n" if ids else "")
        if update:
            each.write()
    return 1 if differs and not update else 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
