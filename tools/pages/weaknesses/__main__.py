"""The command line; see the package."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError, UsageError
from tools.pages.examples import Example, examples
from tools.pages.weaknesses.page import NAME, ExampleWeakness, render
from tools.pages.weaknesses.regions import Region, regions
from tools.pages.weaknesses.runs import hardened, weak

DATA: Final = "client-weaknesses.json"
"""File with the results, beside the page."""

_MAX_DIFFERENCES: Final = 1
"""Maximum number of differences from the documented example after shrinking."""


def digest(example: Example) -> str:
    """Return a digest of what the runs of an example depend on, except the fuzzer."""
    files = (path for path in sorted(example.folder.iterdir()) if path.is_file() and path.name[0] != ".")
    contents = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.name != "README.md"}
    return hashlib.sha256(json.dumps([example.fuzz, contents], sort_keys=True).encode()).hexdigest()[:16]


def stale(found: Sequence[Example], data: dict[str, Any]) -> list[str]:
    """Return the names of examples whose results are missing or out of date."""
    return [each.name for each in found if data.get(each.name, {}).get("made_of") != digest(each)]


def runs_of(example: Example) -> dict[str, Any]:
    """Fuzz the client of an example, as it is and with each of its weaknesses; print each result.

    Raises:
        UsageError: the client cannot be fuzzed.
    """
    result = hardened(example)
    print(f"{example.name}: {len(result['broken'])} of {result['answers']} answers break it as it is", flush=True)
    found: dict[str, Any] = {"made_of": digest(example), "hardened": result, "weaknesses": {}}
    for region in regions(example.folder):
        one = found["weaknesses"][region.name] = weak(example, region.name, region.kind)
        print(f"  {_summary(region, one)}", flush=True)
    return found


def _summary(region: Region, result: dict[str, Any]) -> str:
    if not result["found"]:
        return f"{region.name} ({region.kind}): not found"
    found = "found" if result["found"] == region.kind else f"found as {result['found']}"
    return (
        f"{region.name} ({region.kind}): {found} by answer {result['found_by']} after {result['found_after']} s, "
        f"shrunk in {result['runs']} runs to {result['differences']}: {result['unusual']}"
    )


def shortcomings(example: Example, data: dict[str, Any]) -> Iterator[str]:
    """Yield weaknesses that were not found or not shrunk, and clients that do not survive."""
    own = data[example.name]
    for broken in own["hardened"]["broken"]:
        yield f"{example.name} does not survive: {broken}"
    for region in regions(example.folder):
        result = own["weaknesses"][region.name]
        if result["found"] != region.kind:
            yield f"{example.name}: {region.name} is found as '{result['found']}', not as '{region.kind}'"
        elif result["differences"] > _MAX_DIFFERENCES:
            yield f"{example.name}: {region.name} is shrunk to {result['differences']} differences"


def rendered(found: Sequence[Example], data: dict[str, Any]) -> str:
    """Return the page."""
    weaknesses = [
        ExampleWeakness(each, region, data[each.name]["weaknesses"][region.name])
        for each in found
        for region in regions(each.folder)
    ]
    return render(weaknesses, {each.name: data[each.name]["hardened"] for each in found})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    root = directory().parent
    parser = argparse.ArgumentParser("python -m tools.pages.weaknesses", description="Fuzz the examples.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="fuzz the clients that have changed, and write the page")
    action.add_argument("--check", action="store_true", help="exit 1 and name what is out of date")
    parser.add_argument("--all", action="store_true", help="with --write: fuzz all clients")
    parser.add_argument("--only", metavar="NAME", help="with --write: fuzz this example")
    parser.add_argument("--docs", type=Path, default=root / "docs", metavar="DIR", help="folder of the page")
    parser.add_argument("--examples", type=Path, default=root / "examples", metavar="DIR", help="the clients")
    options = parser.parse_args(arguments)
    try:
        return _write(options) if options.write else _check(options)
    except CrmMocksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _read(options: argparse.Namespace) -> tuple[list[Example], dict[str, Any]]:
    if not options.docs.is_dir() or not options.examples.is_dir():
        raise UsageError(f"there is no folder {options.docs} or {options.examples}: run in a checkout of the project")
    found = [each for each in examples(options.examples) if each.fuzz]
    path = options.docs / DATA
    return found, json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _write(options: argparse.Namespace) -> int:
    found, data = _read(options)
    names = [each.name for each in found] if options.all else [options.only] if options.only else stale(found, data)
    for each in found:
        if each.name in names:
            data[each.name] = runs_of(each)
    fuzzed = [each for each in found if each.name in data]
    data = {each.name: data[each.name] for each in fuzzed}
    complaints = [line for each in fuzzed for line in shortcomings(each, data)]
    print(*complaints, sep="\n", end="\n" if complaints else "", file=sys.stderr)
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    (options.docs / DATA).write_text(text, encoding="utf-8", newline="\n")
    if not complaints and fuzzed == found:
        (options.docs / NAME).write_text(rendered(found, data), encoding="utf-8", newline="\n")
    print(f"fuzzed {', '.join(names)}" if names else "the weaknesses are up to date")
    return 1 if complaints else 0


def _check(options: argparse.Namespace) -> int:
    found, data = _read(options)
    lines = [
        f"{options.docs / NAME}: {name} is out of date: run `make docs` and commit it" for name in stale(found, data)
    ]
    path = options.docs / NAME
    if not lines and (not path.exists() or path.read_text(encoding="utf-8") != rendered(found, data)):
        lines = [f"{path} is out of date: run `make docs` and commit it"]
    print(*(lines or ["the weaknesses are up to date"]), sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
