"""docs/facts.md: each fact of each document, where the contract has it, and which test honours it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from crm_mocks.contract.source import directory, read
from tools.facts.listing import Fact, FactList
from tools.pages.markdown import code, page, table
from tools.pages.positions import place_name

NAME: Final = "facts.md"
_INTRODUCTION: Final = """\
The facts of the vendors' documents. A fact is *in the contract* if a part of it states the fact, or a
[position](positions.md) or [setting](settings.md) covers it. It is *testable* if a request or response can break it,
and *honoured* if a test shows that the mock keeps to it. The lists are in `tools/facts/`; `make check` fails if a fact
has no place in the contract, or neither a test nor a reason why there is none."""
_HEADS: Final = ("CRM", "Document", "Found", "In the contract", "Testable", "Honoured")


def render(lists: Iterable[FactList]) -> str:
    """Return the page."""
    lists = list(lists)
    titles = {each.vendor: str(_title(each.vendor)) for each in lists}
    rows = [
        [titles[each.vendor], code(document), *_counts(facts)]
        for each in lists
        for document, facts in _grouped(each.facts, "document")
    ]
    rows.append(["**Total**", "", *_counts([fact for each in lists for fact in each.facts])])
    return page("Facts", _INTRODUCTION, [table(_HEADS, rows), *(_vendor(each, titles[each.vendor]) for each in lists)])


def _title(vendor: str) -> str:
    document, _ = read(directory() / f"{vendor}.yaml")
    return str(document["info"]["title"])


def _grouped(facts: Iterable[Fact], key: str) -> Iterable[tuple[str, list[Fact]]]:
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact[key], []).append(fact)
    return groups.items()


def _counts(facts: list[Fact]) -> list[str]:
    in_contract = sum(fact.is_in_contract for fact in facts)
    testable = sum(not fact["untestable"] for fact in facts)
    return [str(number) for number in (len(facts), in_contract, testable, sum(bool(fact["test"]) for fact in facts))]


def _vendor(facts: FactList, title: str) -> str:
    documents = [_document(document, grouped) for document, grouped in _grouped(facts.facts, "document")]
    return "\n\n".join([f"## {title}", *documents])


def _document(document: str, facts: list[Fact]) -> str:
    sections = [_section(section, grouped) for section, grouped in _grouped(facts, "section")]
    return "\n\n".join([f"### {code(document)}", *sections])


def _section(section: str, facts: list[Fact]) -> str:
    rows = [[fact["fact"], _place(fact), _test(fact)] for fact in facts]
    noun = "fact" if len(facts) == 1 else "facts"
    summary = f"<summary>{section}: {len(facts)} {noun}</summary>"
    return f"<details>\n{summary}\n\n{table(('Fact', 'Contract', 'Test'), rows)}\n\n</details>"


def _place(fact: Fact) -> str:
    pointer = [step.replace("~1", "/").replace("~0", "~") for step in fact["contract"].split("/")[1:]]
    places = [code(place_name(tuple(pointer)))] if pointer else []
    places += [f"{key} {code(fact[key])}" for key in ("position", "setting") if fact[key]]
    return ", ".join(places)


def _test(fact: Fact) -> str:
    if fact["untestable"]:
        return f"none: {fact['untestable']}"
    module, _, name = fact["test"].partition("::")
    sentence = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"[{sentence}](../{module})"
