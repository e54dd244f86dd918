"""Settings: names, values, files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crm_mocks import settings as s
from crm_mocks.errors import UsageError


@dataclass(frozen=True)
class Toy(s.VendorSettings):
    release: str = s.setting("R1", "Release.", s.one_of("R1", "R2"))
    open: bool = s.setting(default=False, help="Open.", parse=s.switch)
    known: tuple[int, ...] = s.setting((1,), "Known.", s.numbers)
    path: str = s.setting("/x", "Path.", s.text, process=True)
    table: Any = s.setting(None, "Table.", lambda raw: raw, file=True)


NOW: s.Settings = {"toy": Toy()}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("release", "r2", "R2"),
        ("open", "on", True),
        ("open", False, False),
        ("known", "44,66", (44, 66)),
        ("known", [44], (44,)),
        ("latency_ms", "250", 250),
        ("table", {"a": 1}, {"a": 1}),
    ],
)
def test_values_are_parsed_by_type(key: str, raw: object, value: object) -> None:
    assert getattr(s.changed(NOW, {f"toy.{key}": raw})["toy"], key) == value


@pytest.mark.parametrize(
    ("key", "raw", "hint"),
    [
        ("toy.release", "R3", "R1, R2"),
        ("toy.open", "maybe", "true or false"),
        ("toy.known", "a,b", "whole numbers"),
        ("toy.latency_ms", "-1", "from 0 to 600000"),
        ("toy.latency_ms", True, "a whole number"),
        ("toy.nothing", "1", "latency_ms"),
        ("nobody.release", "R1", "toy"),
        ("toy.path", "/y", "at start"),
        ("toy.table", "file.yaml", "not a path"),
    ],
)
def test_an_invalid_setting_reports_the_valid_values(key: str, raw: object, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        s.changed(NOW, {key: raw})


def test_a_file_is_read_at_start(tmp_path: Path) -> None:
    file = tmp_path / "table.yaml"
    file.write_text("a: [1, 2]\nborn: 2000-10-10\n", encoding="utf-8")
    settings = s.changed(NOW, {"toy.table": str(file)}, starting=True)
    assert s.as_json(settings)["toy"]["table"] == {"a": [1, 2], "born": "2000-10-10"}


@pytest.mark.parametrize("content", ["a: [", "\x00"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="neither YAML nor JSON"):
        s.read_data_file(file, "a test")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read .*nothing\.yaml"):
        s.read_data_file(tmp_path / "nothing.yaml", "a test")


def test_a_configuration_has_one_section_per_vendor() -> None:
    assert s.from_config({"toy": {"open": True}, "other": None}, "f") == {"toy.open": True}
    with pytest.raises(UsageError, match="section"):
        s.from_config({"toy": [1]}, "f")
