"""Outputs that the pages show: what stands below a command in a console block is what the command prints now.

A `…` in a page stands for text that is left out: alone on a line for any number of lines, else within a line.
`VOLATILE` lists what differs from run to run; it is alike on both sides of a comparison.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, unified_diff

from tests.docs.snippets import ROOT, Snippet

VOLATILE = (
    (r"(127\.0\.0\.1|localhost):\d+", r"\1:<port>"),
    (r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?", "<date>"),
    (r"\d\d:\d\d:\d\d( GMT)?", "<time>"),
    (r"\d+(\.\d+)? ?ms\b", "<n> ms"),
    (r"\d+\.\d+ s\b", "<n> s"),
    (r"\d+ runs a second", "<n> runs a second"),
    (r"(?<=\S) {2,}", " "),  # columns are as wide as the times in them
    (r" +$", ""),
)
"""What differs from run to run or with the reader's machine, as a pattern for a line and what stands for it."""

ELLIPSIS = "…"
_END = "\x1e"


def plain(line: str) -> str:
    """Return a line without what is volatile."""
    for pattern, stands_for in VOLATILE:
        line = re.sub(pattern, stands_for, line)
    return line


def agrees(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Tell whether the lines that a page shows are those that were printed, apart from what is left out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == ELLIPSIS else re.escape(plain(line)).replace(ELLIPSIS, ".*?") + r"\n"
        for line in shown
    )
    return re.fullmatch(pattern, "".join(f"{plain(line)}\n" for line in printed)) is not None


def rewritten(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return the lines for a page whose output has changed; what it left out between two lines stays left out."""
    lines: list[str] = []
    blocks = SequenceMatcher(None, [*map(plain, shown)], [*map(plain, printed)], autojunk=False).get_opcodes()
    for kind, start, end, first, last in blocks:
        leaves_out = any(line.strip() == ELLIPSIS for line in shown[start:end])
        if kind == "equal":
            lines += shown[start:end]
        elif leaves_out:
            lines += _abridged(shown[start:end], printed[first:last])
        else:
            lines += printed[first:last]
    return lines


def _abridged(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return those of the printed lines that resemble shown ones, and an ellipsis for the rest."""
    lines, rest = [], list(printed)
    for line in shown:
        if line.strip() == ELLIPSIS:
            lines.append(line)
            continue
        ratios = [SequenceMatcher(None, plain(line), plain(other)).ratio() for other in rest]
        if ratios and max(ratios) > 0.6:
            place = ratios.index(max(ratios))
            lines.append(line if agrees([line], [rest[place]]) else rest[place])
            rest = rest[place + 1 :]
    return lines


def script(commands: Sequence[str]) -> str:
    """Return a script of these commands that ends the output of each with a mark, and stops where one fails."""
    return "\n".join(["set -eo pipefail", *(f"{command}\nprintf '{_END}'" for command in commands)])


def of_script(printed: str) -> list[str]:
    """Return the output of each command of a `script`, by what it printed."""
    return printed.split(_END)


def compare(snippet: Snippet, printed: Sequence[str], *, write: bool) -> list[str]:
    """Compare a block with what its commands printed, of which a page may show nothing; return the differences.

    Args:
        snippet: the block.
        printed: output of each command.
        write: write the page anew where it differs.
    """
    text, differences = "", []
    for (command, shown), output in zip(snippet.steps, printed, strict=False):
        lines = output.splitlines()
        stale = bool(shown) and not agrees(shown, lines)
        if stale:
            differences += [f"{snippet.place} $ {command}"]
            differences += unified_diff(shown, lines, "shown", "printed", lineterm="")
        text += "".join(f"{line}\n" for line in [f"$ {command}", *(rewritten(shown, lines) if stale else shown)])
    if differences and write:
        page = ROOT / snippet.page
        page.write_text(page.read_text("utf-8").replace(f"\n{snippet.text}```", f"\n{text}```", 1), "utf-8")
    return differences
