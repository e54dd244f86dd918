"""Charts: SVG that needs no script, with the numbers in words, and a row of blocks."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from crm_contracts.report.chart import Chart, Series, sparkline, svg
from crm_contracts.report.document import Report, ReportSection, table
from crm_contracts.report.formats import FORMATS, render

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\x1b[31m"


def _chart(*values: float | None, marks: tuple[int, ...] = ()) -> Chart:
    points = tuple(f"2026-01-{day:02} 10:00" for day in range(1, len(values) + 1))
    return Chart("Coverage over time", points, (Series("outcomes", values),), marks)


def _drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(str(svg(chart)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_a_value_is_higher_the_greater_it_is() -> None:
    circles = _drawn(_chart(0.0, 50.0, 100.0)).findall(f"{SVG}circle")
    assert [float(each.attrib["cy"]) for each in circles] == [174.0, 93.0, 12.0]
    assert [float(each.attrib["cx"]) for each in circles] == [46.0, 336.0, 626.0]


def test_points_say_their_date_and_value() -> None:
    titles = [each.findtext(f"{SVG}title") for each in _drawn(_chart(12.5, 25.0)).findall(f"{SVG}circle")]
    assert titles == ["2026-01-01 10:00: outcomes 12.5 %", "2026-01-02 10:00: outcomes 25.0 %"]


def test_the_chart_is_told_in_words() -> None:
    label = _drawn(_chart(None, 12.5, 25.0)).attrib["aria-label"]
    assert label == "Coverage over time: outcomes 12.5 % at 2026-01-02 10:00, 25.0 % at 2026-01-03 10:00"
    assert _drawn(_chart(12.5)).attrib["aria-label"] == "Coverage over time: outcomes 12.5 % at 2026-01-01 10:00"
    assert _drawn(_chart(None)).attrib["aria-label"] == "Coverage over time: outcomes unknown"


def test_missing_values_interrupt_the_line() -> None:
    drawn = _drawn(_chart(1.0, 2.0, None, 3.0, 4.0))
    assert len(drawn.findall(f"{SVG}polyline")) == 2
    assert len(drawn.findall(f"{SVG}circle")) == 4


def test_a_changed_basis_is_marked() -> None:
    marks = [
        each
        for each in _drawn(_chart(1.0, 2.0, 3.0, marks=(1,))).findall(f"{SVG}line")
        if "mark" in each.attrib["class"]
    ]
    assert [(each.attrib["x1"], each.findtext(f"{SVG}title")) for each in marks] == [
        ("336.0", "the contract changed at 2026-01-02 10:00")
    ]


@pytest.mark.parametrize("count", [1, 2, 61, 1000])
def test_any_number_of_points_stays_inside(count: int) -> None:
    drawn = _drawn(_chart(*(each * 100 / count for each in range(count))))
    places = [pair.split(",") for line in drawn.findall(f"{SVG}polyline") for pair in line.attrib["points"].split()]
    places += [[each.attrib["cx"], each.attrib["cy"]] for each in drawn.findall(f"{SVG}circle")]
    assert len(places) == {1: 1, 2: 4}.get(count, count)
    assert all(0 <= float(x) <= 640 and 0 <= float(y) <= 200 for x, y in places)


def test_hostile_labels_are_text() -> None:
    markup = str(svg(Chart(HOSTILE, (HOSTILE,), (Series(HOSTILE, (50.0,)),), (0,))))
    assert "<script" not in markup
    assert "\x1b" not in markup


def test_a_sparkline_has_a_block_for_each_value() -> None:
    assert sparkline((0.0, 14.2, 50.0, 99.9, 100.0, None, 120.0, -1.0)) == "▁▁▄▇█·█▁"


def test_every_format_renders_a_chart_beside_its_table() -> None:
    section = ReportSection("Over time", (_chart(0.0, 100.0), table(("date", "share"), [["today", "100 %"]])))
    report = Report("coverage", "Coverage", "rose", passed=True, sections=(section,))
    assert all(render(report, form) for form in FORMATS)
    assert "outcomes  ▁█" in render(report, "terminal")
    assert '<svg class="chart"' in render(report, "html")
    assert "| today | 100 % |" in render(report, "markdown")
