"""docs/sweeps.md: sweeps of the programs in examples/.

`python -m tools.pages.sweeps --write` generates the sections that are out of date, with `--all` every one; `--check`
names them. A section is the output of the sweep command in the README of its example. It is out of date if the command,
a file of the example, or the documented outcomes of the swept operations have changed. Exit code 0 if all sections are
up to date or were written, 1 if `--check` finds one out of date, 2 if a sweep fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor import load_vendor, vendor_names
from tools.pages.examples import Example, examples, sweep
from tools.pages.markdown import page

NAME: Final = "sweeps.md"
_INTRODUCTION: Final = """\
The programs in [examples/](../examples/README.md), each run by [crm-mocks sweep](sweep.md) once for every outcome and
every fault of the operations that it calls: commands and their output. Times differ from run to run."""
_OPERATION: Final = re.compile(r"^(\w+\.\w+)$", re.MULTILINE)
_HEADLINE: Final = re.compile(r"^(Survived|Not survived|Not swept): ", re.MULTILINE)
_SECTION: Final = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_DIGEST: Final = re.compile(r"^<!-- made of (\w+) -->$", re.MULTILINE)
_TIME: Final = re.compile(r"\b\d+\.\d\b")


def without_times(text: str) -> str:
    """Return a text without its times, which differ from sweep to sweep."""
    return _TIME.sub("…", text)


def render(all_examples: Iterable[Example], outputs: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        all_examples: the examples.
        outputs: output of each sweep, by the name of the example.
    """
    sections, others = [], []
    for example in all_examples:
        if example.command:
            sections.append(_section(example, outputs[example.name]))
        else:
            others.append(f"- [{example.name}](../examples/{example.name}/README.md): {example.reason}")
    return page("Sweeps of the examples", "\n\n".join([_INTRODUCTION, "Not swept:", *others]), sections)


def _section(example: Example, output: str) -> str:
    title = f"## {example.name}\n\n<!-- made of {_digest(example, output)} -->"
    link = f"[The client](../examples/{example.name}/README.md)"
    return f"{title}\n{link}\n\n```text\n$ {example.command}\n{output.rstrip()}\n```"


def _digest(example: Example, output: str) -> str:
    """Return a digest of what a section depends on; its matrices name the operations."""
    files = (
        path
        for path in sorted(example.folder.iterdir())
        if path.is_file() and path.name[0] != "." and path.name != "README.md"
    )
    made_of = [
        example.command,
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        {operation: _documented(operation) for operation in _OPERATION.findall(output)},
    ]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:16]


def _documented(operation: str) -> list[str]:
    """Return the outcomes of an operation, none for an unknown one."""
    vendor_name = operation.partition(".")[0]
    if vendor_name not in vendor_names():
        return []
    vendor = load_vendor(vendor_name)
    operations = vendor.contract_file.in_force(vendor.settings_type()).operations.values()
    found = (each.outcomes.values() for each in operations if each.key == operation)
    return [f"{outcome.status} {outcome.name}" for outcomes in found for outcome in outcomes if not outcome.protocol]


def sections(text: str) -> dict[str, str]:
    """Return the sections of a page, with their titles, by the names of the examples."""
    return {match[1]: match[0] for match in _SECTION.finditer(text)}


def stale(all_examples: Iterable[Example], text: str) -> Iterator[str]:
    """Yield the names of examples whose sections are missing from a page or out of date."""
    known = sections(text)
    for example in all_examples:
        section = known.get(example.name, "")
        digest = _DIGEST.search(section)
        if bool(digest) != bool(example.command) or (digest and digest[1] != _digest(example, section)):
            yield example.name


def matrix(section: str) -> str:
    """Return the command's output as it stands in a section; nothing if there is none."""
    begin, end = _HEADLINE.search(section), section.rfind("\n```")
    return section[begin.start() : end + 1] if begin else ""


def make(all_examples: Sequence[Example], text: str, names: Iterable[str]) -> str:
    """Return the page with some sections regenerated; a section stays if only its times differ.

    Raises:
        UsageError: a sweep fails.
    """
    known = sections(text)
    outputs = {name: matrix(section) for name, section in known.items()}
    for example in all_examples:
        if example.command and example.name in names:
            print(f"sweeping {example.folder}", file=sys.stderr)
            output = sweep(example)
            if without_times(output) != without_times(outputs.get(example.name, "")):
                outputs[example.name] = output
    return render(all_examples, outputs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    root = directory().parent
    parser = argparse.ArgumentParser("python -m tools.pages.sweeps", description="Sweep the examples.")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="generate the sections that are out of date")
    action.add_argument("--check", action="store_true", help="exit 1 and name the sections that are out of date")
    parser.add_argument("--all", action="store_true", help="with --write: generate all sections")
    parser.add_argument("--docs", type=Path, default=root / "docs", metavar="DIR", help="folder of the page")
    parser.add_argument(
        "--examples", type=Path, default=root / "examples", metavar="DIR", help="folder of the examples"
    )
    options = parser.parse_args(arguments)
    try:
        return _write_or_check(options)
    except CrmMocksError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _write_or_check(options: argparse.Namespace) -> int:
    if not options.docs.is_dir() or not options.examples.is_dir():
        raise UsageError(f"there is no folder {options.docs} or {options.examples}: run in a checkout of the project")
    path = options.docs / NAME
    found = examples(options.examples)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    names = [example.name for example in found if example.command] if options.all else list(stale(found, text))
    if options.check:
        print(*(f"{path}: {name} is out of date: run `make docs` and commit it" for name in names), sep="\n", end="")
        print("\n" if names else "the sweeps are up to date\n", end="")
        return 1 if names else 0
    path.write_text(make(found, text, names), encoding="utf-8", newline="\n")
    print(f"wrote {path}: {', '.join(names)}" if names else "the sweeps are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
