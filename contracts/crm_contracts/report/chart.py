"""A line chart: SVG without script in pages, a row of blocks on terminals. A table beside it has the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from crm_contracts.report.text import safe

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH: Final = 640
_HEIGHT: Final = 200
_LEFT: Final = 46
_RIGHT: Final = 14
_TOP: Final = 12
_BOTTOM: Final = 26
_GRID: Final = (0, 50, 100)
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_MISSING: Final = "·"
_MAX_DOTS: Final = 60
"""Number of points up to which each has a dot with its label."""


@dataclass(frozen=True)
class Series:
    """A line of a chart.

    Attributes:
        label: what it shows.
        values: percentages, one for each point; `None` where there is none.
    """

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart of percentages.

    Attributes:
        title: what it shows, for those who cannot see it.
        points: labels of the points, in order.
        series: the lines.
        marks: numbers of points at which the basis changes, from 0.
    """

    title: str
    points: tuple[str, ...]
    series: tuple[Series, ...]
    marks: tuple[int, ...] = ()
    kind: ClassVar[str] = "chart"


def sparkline(values: tuple[float | None, ...]) -> str:
    """Return percentages as a row of blocks.

    Example:
        >>> sparkline((0.0, 50.0, None, 100.0))
        '▁▄·█'
    """
    top = len(_BLOCKS) - 1
    return "".join(_MISSING if each is None else _BLOCKS[int(min(max(each, 0), 100) * top / 100)] for each in values)


def svg(chart: Chart) -> Markup:
    """Return a chart as SVG; everything in it is escaped."""
    from markupsafe import Markup

    markup = Markup('<svg class="chart" role="img" viewBox="0 0 {} {}" aria-label="{}"><title>{}</title>{}</svg>')
    spoken = f"{chart.title}: " + "; ".join(_spoken(each, chart.points) for each in chart.series)
    drawn = Markup("").join((*_grid(chart), *_lines(chart)))
    return markup.format(_WIDTH, _HEIGHT, safe(spoken), safe(chart.title), drawn)


def _spoken(series: Series, points: tuple[str, ...]) -> str:
    known = [(point, value) for point, value in zip(points, series.values, strict=True) if value is not None]
    if not known:
        return f"{series.label} unknown"
    (first, start), (last, end) = known[0], known[-1]
    return f"{series.label} {start:.1f} % at {first}" + (f", {end:.1f} % at {last}" if len(known) > 1 else "")


def _grid(chart: Chart) -> Iterator[Markup]:
    from markupsafe import Markup

    for percent in _GRID:
        y = _y(percent)
        yield Markup('<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(_LEFT, _WIDTH - _RIGHT, y, y)
        yield Markup('<text x="{}" y="{}" text-anchor="end">{} %</text>').format(_LEFT - 6, y + 4, percent)
    for mark in chart.marks:
        x = _x(mark, len(chart.points))
        text = Markup('<line class="mark" x1="{}" x2="{}" y1="{}" y2="{}"><title>{}</title></line>')
        yield text.format(x, x, _TOP, _HEIGHT - _BOTTOM, f"the contract changed at {safe(chart.points[mark])}")
    ends = [(0, "start")] if len(chart.points) == 1 else [(0, "start"), (len(chart.points) - 1, "end")]
    for number, anchor in ends:
        text = Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>')
        x = _LEFT if anchor == "start" else _WIDTH - _RIGHT
        yield text.format(x, _HEIGHT - 8, anchor, safe(chart.points[number][:10]))


def _lines(chart: Chart) -> Iterator[Markup]:
    from markupsafe import Markup

    for number, series in enumerate(chart.series):
        for part in _parts(series.values):
            places = " ".join(f"{_x(at, len(chart.points))},{_y(value)}" for at, value in part)
            yield Markup('<polyline class="series-{}" points="{}"/>').format(number, places)
        if len(chart.points) > _MAX_DOTS:
            continue
        for at, value in enumerate(series.values):
            if value is not None:
                dot = Markup('<circle class="series-{}" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>')
                label = f"{chart.points[at]}: {series.label} {value:.1f} %"
                yield dot.format(number, _x(at, len(chart.points)), _y(value), safe(label))


def _parts(values: tuple[float | None, ...]) -> list[list[tuple[int, float]]]:
    """Return the runs of known values with their positions."""
    parts: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            parts.append([])
        else:
            parts[-1].append((at, value))
    return [part for part in parts if len(part) > 1]


def _x(at: int, count: int) -> float:
    room = _WIDTH - _LEFT - _RIGHT
    return round(_LEFT + (room / 2 if count == 1 else room * at / (count - 1)), 1)


def _y(percent: float) -> float:
    return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (100 - percent) / 100, 1)
