"""The page: classes of weakness, and each weakness with its code, the response that breaks it, and the fix."""

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
What breaks clients that passed every test, by class. Each weakness is in a client of
[examples/](../examples/README.md), was found there by [crm-mocks fuzz](fuzz.md), and is shown with the smallest
response that breaks the client, and with the code of the same client that survives it. `make docs` generates this page
from real runs: the commands of the READMEs, with `WEAKNESS=<name>` in the environment and seed 0."""

_MEANINGFUL: Final = re.compile(r"(?!at )\w")
"""Beginning of a line that makes sense by itself, unlike the rest of a stack trace."""

_LANGUAGES: Final = {"py": "python", "js": "javascript", "sh": "sh", "pl": "perl"}


@dataclass(frozen=True)
class ExampleWeakness:
    """A weakness of an example, and the result of fuzzing it.

    Attributes:
        example: the example.
        region: the weakness in its code.
        result: result of the run.
    """

    example: Example
    region: Region
    result: Results


def render(found: Sequence[ExampleWeakness], hardened: Mapping[str, Results]) -> str:
    """Return the page.

    Args:
        found: all weaknesses.
        hardened: results of the clients as they are, by the names of their examples.
    """
    by_kind = {kind: [each for each in found if each.region.kind == kind] for kind in dict.fromkeys(map(str, ABOUT))}
    sections = ["\n".join(_figures(found, hardened))]
    sections += ["\n\n".join(_class(kind, several)) for kind, several in by_kind.items() if several]
    others = [f"- **{kind}**: {ABOUT[kind]}" for kind, several in by_kind.items() if not several]
    if others:
        sections.append("\n".join(["## Also tested", "", "No client in examples/ has these.", "", *others]))
    return page("Weaknesses of clients", _INTRODUCTION, sections)


def _figures(found: Sequence[ExampleWeakness], hardened: Mapping[str, Results]) -> Iterator[str]:
    results = [each.result for each in found]
    yield "## Figures"
    yield ""
    yield f"{len(found)} weaknesses in {len(hardened)} clients, all found:"
    yield ""
    yield "| | median | worst |"
    yield "| --- | --- | --- |"
    for words, name in (
        ("found by response", "found_by"),
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
        yield f"| [{name}](../examples/{name}/README.md) | {count} | {broken} {result['answers']} responses |"


def _class(kind: str, several: Sequence[ExampleWeakness]) -> Iterator[str]:
    yield f"## {kind[0].upper()}{kind[1:]}"
    yield ABOUT[kind]
    for each in several:
        yield from _weakness(each)


def _weakness(found: ExampleWeakness) -> Iterator[str]:
    example, region, result = found.example, found.region, found.result
    allowed = "The contract allows it" if result["allowed"] else "The contract does not allow it, but it happens"
    yield f"### {region.name}, in [{example.name}](../examples/{example.name}/{region.file})"
    yield region.about
    yield _code(region.file, region.code)
    yield f"**Broken by** `{result['answer']}`: {_quoted(result['unusual'])}. {allowed}."
    failures = [_quoted(each) for each in result["failures"]]
    failures += [_quoted(result["printed"])] if _MEANINGFUL.match(result["printed"]) else []
    yield "\n".join(f"- {each}" for each in failures)
    yield (
        f"Found by response {result['found_by']}, shrunk in {result['runs']} runs to "
        f"{result['differences']} difference{'' if result['differences'] == 1 else 's'}."
    )
    yield f"**The fix**, in [{region.fixed_in}](../examples/{example.name}/{region.fixed_in}):"
    yield _code(region.fixed_in, region.fix)


def _code(file: str, code: str) -> str:
    return f"```{_LANGUAGES.get(file.rpartition('.')[2], 'text')}\n{code}\n```"


def _quoted(text: str) -> str:
    """Return a text with any characters as inline code."""
    fence = "``" if "`" in text else "`"
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}"
