"""The HTML renderer: a page that needs no other file, no network and no script, with a light and a dark theme.

The script only adds the search box; a page reads the same without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from crm_contracts.report.anchors import Anchors
from crm_contracts.report.chart import svg
from crm_contracts.report.document import (
    Alternatives,
    Block,
    BulletList,
    CodeBlock,
    FactList,
    Report,
    ReportSection,
    Table,
    TableCell,
)
from crm_contracts.report.spans import Text, Tone, plain, spans
from crm_contracts.report.text import safe, safe_lines

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES: Final = "templates"
_STYLE: Final = "report.css"
_SCRIPT: Final = "report.js"
_MIN_FOLDED: Final = 4
"""Minimum number of rows worth folding."""

_ICON_COLOURS: Final = {Tone.GOOD: "#1a7441", Tone.BAD: "#b3261e", Tone.WARNING: "#8a5b00"}
_ICON_LETTERS: Final = {
    "run": "Ru",
    "pytest": "Py",
    "serve": "Se",
    "check": "Ch",
    "proxy": "Px",
    "sweep": "Sw",
    "fuzz": "Fz",
    "verify": "Ve",
    "push": "Pu",
    "diff": "Df",
    "coverage": "Co",
    "lint": "Li",
}
_SYMBOLS: Final = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.WARNING: "!"}


@dataclass(frozen=True)
class Asset:
    """A file beside a page.

    Attributes:
        name: file name.
        text: content.
    """

    name: str
    text: str


def render(report: Report, assets: tuple[Asset, ...] = ()) -> str:
    """Return a report as an HTML page.

    Args:
        report: the report.
        assets: files beside the page with its style, script and icon, as `assets_beside` returns them; inline by
            default.
    """
    style, script, icon = (quote(asset.name) for asset in assets) if assets else ("", "", _icon_url(report))
    shown = [section for section in report.sections if _has_content(section.blocks)]
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            icon=icon,
            symbol=_SYMBOLS.get(report.verdict_tone, ""),
            style=_template(_STYLE),
            script=_template(_SCRIPT),
            style_file=style,
            script_file=script,
            failing=[section for section in shown if section.tone is Tone.BAD],
            others=[section for section in shown if section.tone is not Tone.BAD],
            anchors=Anchors(report),
        )
    )
    return page.strip() + "\n"


def assets_beside(page: Path, report: Report) -> tuple[Asset, ...]:
    """Return the style, script and icon of a page as files to write beside it."""
    files = ((Path(name).suffix, _template(name)) for name in (_STYLE, _SCRIPT))
    return tuple(Asset(f"{page.stem}{suffix}", text) for suffix, text in (*files, (".svg", _icon(report))))


@cache
def _template(name: str) -> str:
    return resources.files(__package__).joinpath(_TEMPLATES, name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    """Return the template environment, which escapes all values."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = resources.files(__package__).joinpath(_TEMPLATES)
    templates = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".j2")}
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "spans": _tagged_spans,
        "svg": svg,
        "marked_lines": _marked_lines,
        "plain": plain,
        "shown_rows": _shown_rows,
        "folded_rows": _folded_rows,
    }
    return environment


def _icon(report: Report) -> str:
    """Return the icon of the page as SVG: the command in the colour of the verdict."""
    letters = _ICON_LETTERS.get(report.command, "Cm")
    colour = _ICON_COLOURS.get(report.verdict_tone, "#5c666d")
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        f"<rect width='32' height='32' rx='7' fill='{colour}'/>"
        "<text x='16' y='22' font-family='sans-serif' font-size='17' font-weight='700' fill='#fff' "
        f"text-anchor='middle'>{letters}</text></svg>"
    )


def _icon_url(report: Report) -> str:
    return f"data:image/svg+xml,{quote(_icon(report), safe='')}"


def _has_content(blocks: Iterable[Block]) -> bool:
    """Return whether a page shows anything of blocks."""
    for block in blocks:
        match block:
            case Alternatives():
                is_shown = _has_content(block.full)
            case ReportSection():
                is_shown = _has_content(block.blocks)
            case BulletList():
                is_shown = bool(block.items)
            case FactList():
                is_shown = bool(block.facts)
            case Table():
                is_shown = bool(block.rows)
            case _:
                is_shown = True
        if is_shown:
            return True
    return False


def _is_folded(table: Table) -> bool:
    return table.folded and sum(not _is_bad(row) for row in table.rows) >= _MIN_FOLDED


def _is_bad(row: tuple[TableCell, ...]) -> bool:
    return any(cell.tone is Tone.BAD for cell in row)


def _shown_rows(table: Table) -> tuple[tuple[TableCell, ...], ...]:
    """Return the rows of a table that are not folded."""
    return tuple(filter(_is_bad, table.rows)) if _is_folded(table) else table.rows


def _folded_rows(table: Table) -> list[tuple[str, list[tuple[TableCell, ...]]]]:
    """Return the folded rows of a table, in groups with the same result, each with its title."""
    groups: dict[str, list[tuple[TableCell, ...]]] = {}
    for row in table.rows if _is_folded(table) else ():
        if not _is_bad(row):
            groups.setdefault(_result(row), []).append(row)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _result(row: tuple[TableCell, ...]) -> str:
    """Return the cells of a row that have a tone, as text, or all but the first if none has."""
    cells = [cell for cell in row if cell.tone is not Tone.NEUTRAL] or row[1:]
    return " · ".join(dict.fromkeys(text for cell in cells if (text := plain(cell.text).strip())))


def _tagged_spans(text: Text) -> list[tuple[str, Any]]:
    """Return the spans of a text, each with its kind."""
    return [("text" if isinstance(span, str) else type(span).__name__.lower(), span) for span in spans(text) if span]


def _marked_lines(block: CodeBlock) -> Markup:
    """Return the text of a block escaped, with its line feeds and marks."""
    from markupsafe import Markup, escape

    lines = map(escape, safe_lines(block.text).split("\n"))
    marked = frozenset(block.marked)
    return Markup("\n").join(
        Markup("<mark>{}</mark>").format(line) if n in marked else line for n, line in enumerate(lines)
    )


def _escaped(value: Any) -> Any:
    """Return a value with the control characters of strings escaped; the templates' own markup is kept."""
    return safe(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
