"""The page: classes of weakness, and each weakness with its code, the answer that shows it, and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from tools.pages.examples import Example
from tools.pages.markdown import page
from tools.pages.weaknesses.classes import ABOUT
from tools.pages.weaknesses.regions import Region

NAME: Final = "client-weaknesses.md"
Results = Mapping[str, Any]

_INTRODUCTION: Final = """\
What breaks clients that were fine in every test, by class. Each weakness stands in a client of
[examples/](../examples/README.md), was found there by [crm-mocks fuzz](fuzz.md), and is shown with the smallest answer
that breaks the client, and with the code of the same client that bears it. All of this is made of real runs, by `make
docs`: commands as they stand in the READMEs, with `WEAKNESS=<name>` in the environment and seed 0."""

_TELLING: Final = re.compile(r"(?!at )\w")
"""The beginning of a line that says something by itself, as the rest of a stack trace does not."""

_LANGUAGES: Final = {"py": "python", "js": "javascript", "sh": "sh", "pl": "perl"}


@dataclass(frozen=True)
class Found:
    """A weakness of an example, and what fuzzing found of it.

    Attributes:
        example: whose.
        region: the weakness as it stands there.
        result: what is kept of the run.
    """

    example: Example
    region: Region
    result: Results


def render(found: Sequence[Found], hardened: Mapping[str, Results]) -> str:
    """Return the page.

    Args:
        found: all weaknesses.
        hardened: what came of the clients as they are, by the names of their examples.
    """
    by_kind = {kind: [each for each in found if each.region.kind == kind] for kind in dict.fromkeys(map(str, ABOUT))}
    sections = ["\n".join(_figures(found, hardened))]
    sections += ["\n\n".join(_class(kind, several)) for kind, several in by_kind.items() if several]
    others = [f"- **{kind}**: {ABOUT[kind]}" for kind, several in by_kind.items() if not several]
    if others:
        sections.append("\n".join(["## Tried as well", "", "No client of examples/ has these.", "", *others]))
    return page("Weaknesses of clients", _INTRODUCTION, sections)


def _figures(found: Sequence[Found], hardened: Mapping[str, Results]) -> Iterator[str]:
    results = [each.result for each in found]
    yield "## Figures"
    yield ""
    yield f"{len(found)} weaknesses in {len(hardened)} clients, of which each was found:"
    yield ""
    yield "| | median | worst |"
    yield "| --- | --- | --- |"
    for words, name in (
        ("found by answer", "found_by"),
        ("seconds until then", "found_after"),
        ("runs to shrink it", "runs"),
        ("differences from the documented example", "differences"),
    ):
        values = [result[name] for result in results]
        yield f"| {words} | {median(values):g} | {max(values):g} |"
    yield ""
    yield "| client | weaknesses | as it is |"
    yield "| --- | --- | --- |"
    for name, result in hardened.items():
        count = sum(each.example.name == name for each in found)
        broken = f"broken by {'; '.join(result['broken'])}" if result["broken"] else "survives"
        yield f"| [{name}](../examples/{name}/README.md) | {count} | {broken} {result['answers']} answers |"


def _class(kind: str, several: Sequence[Found]) -> Iterator[str]:
    yield f"## {kind[0].upper()}{kind[1:]}"
    yield ABOUT[kind]
    for each in several:
        yield from _weakness(each)


def _weakness(found: Found) -> Iterator[str]:
    example, region, result = found.example, found.region, found.result
    allowed = "The contract allows it" if result["allowed"] else "The contract does not allow it, but it happens"
    yield f"### {region.name}, in [{example.name}](../examples/{example.name}/{region.file})"
    yield region.about
    yield _code(region.file, region.code)
    yield f"**Broken by** `{result['answer']}`: {_quoted(result['unusual'])}. {allowed}."
    failures = [_quoted(each) for each in result["failures"]]
    failures += [_quoted(result["printed"])] if _TELLING.match(result["printed"]) else []
    yield "\n".join(f"- {each}" for each in failures)
    yield (
        f"Found by answer {result['found_by']}, shrunk in {result['runs']} runs to "
        f"{result['differences']} difference{'' if result['differences'] == 1 else 's'}."
    )
    yield f"**The cure**, in [{region.cured_in}](../examples/{example.name}/{region.cured_in}):"
    yield _code(region.cured_in, region.cure)


def _code(file: str, code: str) -> str:
    return f"```{_LANGUAGES.get(file.rpartition('.')[2], 'text')}\n{code}\n```"


def _quoted(text: str) -> str:
    """Return a text as code, since it has characters of all kinds."""
    fence = "``" if "`" in text else "`"
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}"
