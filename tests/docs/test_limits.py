"""The page about limits states the figures of the code."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from crm_mocks.settings.host import HostSettings

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
ROWS = re.findall(r"^\| ([^|]+) \| ([0-9][^|]*) \| `([^`]+)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_has_rows() -> None:
    assert len(ROWS) > 30


@pytest.mark.parametrize(("what", "bound", "where"), ROWS, ids=[where for _, _, where in ROWS])
def test_each_figure_is_that_of_the_code(what: str, bound: str, where: str) -> None:
    if where.startswith("host."):
        value = getattr(HostSettings(), where.removeprefix("host."))
    else:
        module, _, name = where.partition(":")
        value = getattr(import_module(module), name)
    stated = re.match(r"[0-9,]+", bound)
    assert stated is not None
    assert float(stated[0].replace(",", "")) == float(value), what


def test_each_limit_among_the_settings_is_on_the_page() -> None:
    defaults = {field.name: getattr(HostSettings(), field.name) for field in fields(HostSettings)}
    numbers = {name for name, value in defaults.items() if type(value) in (int, float)}
    assert numbers <= {where.removeprefix("host.") for _, _, where in ROWS}
