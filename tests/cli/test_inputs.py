"""Settings and records from files and options."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.cli.inputs import load_replayed, load_seed, load_settings
from crm_mocks.errors import UsageError
from crm_mocks.vendor import vendor_names


def _file(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text)
    return path


def test_an_option_overrides_the_file(tmp_path: Path) -> None:
    config = _file(tmp_path, "a: {x: 1, y: 2}")
    assert load_settings(config, ["a.x=3"], []) == {"a.x": "3", "a.y": 2}


def test_a_value_may_contain_an_equals_sign() -> None:
    assert load_settings(None, ["a.x=b=c"], []) == {"a.x": "b=c"}


def test_json_is_read_as_well_as_yaml(tmp_path: Path) -> None:
    assert load_settings(_file(tmp_path, '{"a": {"x": "1"}}'), [], []) == {"a.x": "1"}


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    assert load_settings(_file(tmp_path, ""), [], []) == {}
    assert load_seed(_file(tmp_path, ""), []) == ({}, ())


def test_sections_of_vendors_that_are_not_served_are_left_out(tmp_path: Path) -> None:
    served, other = vendor_names()[:2]
    path = _file(tmp_path, f"{served}: {{latency_ms: 1}}\n{other}: {{latency_ms: 2}}")
    assert load_settings(path, [], [served]) == {f"{served}.latency_ms": 1}


def test_sections_of_unknown_vendors_are_kept_to_be_rejected(tmp_path: Path) -> None:
    assert "nobody.x" in load_settings(_file(tmp_path, "nobody: {x: 1}"), [], [vendor_names()[0]])


def test_records_are_grouped_by_vendor_and_kind(tmp_path: Path) -> None:
    path = _file(tmp_path, "a: {leads: [{id: 1}]}")
    assert load_seed(path, []) == ({"a": {"leads": [{"id": 1}]}}, ())


def test_records_that_are_not_a_mapping_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="one section per vendor"):
        load_seed(_file(tmp_path, "[1]"), [])


def test_replay_files_may_hold_one_response_or_a_list(tmp_path: Path) -> None:
    one, several = tmp_path / "one.json", tmp_path / "several.yaml"
    one.write_text('{"operation": "a.x", "body": 1e5}')
    several.write_text("- {operation: a.y}\n- {operation: a.z}")
    replayed = [(each.source, each.values) for each in load_replayed([several, one])]
    assert replayed == [
        (f"{several}, response 1", {"operation": "a.y"}),
        (f"{several}, response 2", {"operation": "a.z"}),
        (str(one), {"operation": "a.x", "body": 100000.0}),
    ]


def test_a_setting_that_is_assigned_twice_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"--set leadbank\.batch is given twice: '1' and '2'"):
        load_settings(None, ["leadbank.batch=1", " leadbank.batch =2"], ())
