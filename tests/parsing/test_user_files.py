"""User files are loaded, or rejected with a one-line error."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.parsing.user_files import read_data_file, read_file

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
REFUSED = {
    "an invalid bool": ("a: !!bool x", "JSON does not have"),
    "an invalid integer": ("a: !!int x", "JSON does not have"),
    "an invalid number": ("a: !!float x", "JSON does not have"),
    "an invalid date": ("a: !!timestamp x", "JSON does not have"),
    "thousands of digits": (f"a: {'9' * 5000}", "JSON does not have"),
    "thousands of digits of JSON": (f'{{"a": {"9" * 5000}}}', "JSON does not have"),
    "thousands of digits in base 60": (f"a: !!float 1{':59' * 300}.5", "JSON does not have"),
    "a Python object": ("!!python/object/apply:os.system ['id']", "neither YAML nor JSON"),
    "a NUL": ("\0", "neither YAML nor JSON"),
    "infinity": ("a: .inf", "JSON does not have"),
    "a date": ("a: !!timestamp 2026-01-31", "JSON does not have"),
    "bytes": ("a: !!binary aGk=", "JSON does not have"),
    "a set": ("a: !!set {b}", "JSON does not have"),
    "a large integer": ("a: 0x1ffffffffffffffff", "JSON does not have"),
    "a large integer of JSON": ('{"a": 36893488147419103231}', "JSON does not have"),
    "a billion laughs": (LAUGHS, "more than 4000000 values"),
    "itself": ("&a [*a]", "stands within it"),
    "itself, repeatedly": ("&a [*a, *a]", "stands within it"),
    "deep nesting": ("[" * 300 + "]" * 300, "levels deep"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_unusable_files_are_usage_errors(name: str, tmp_path: Path) -> None:
    text, reason = REFUSED[name]
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=reason) as refused:
        read_data_file(file, "a test")
    assert "\n" not in str(refused.value)


def test_plain_values_are_read_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "plain.yaml"
    file.write_text('a: &a [1, -2.5, "x", null, true, 2026-01-31]\nb: [*a, *a]\n')
    values = [1, -2.5, "x", None, True, "2026-01-31"]
    assert read_data_file(file, "a test") == {"a": values, "b": [values, values]}


def test_json_is_read_as_json(tmp_path: Path) -> None:
    file = tmp_path / "plain.json"
    file.write_bytes(b'\xef\xbb\xbf{\n\t"a": [1e5, "\\ud83d\\ude00", 18446744073709551615]}')
    assert read_data_file(file, "a test") == {"a": [100000.0, "\N{GRINNING FACE}", 2**64 - 1]}


@pytest.mark.parametrize("text", ['{"a": 1,\n"b": 1, "a": 2}', "a: 1\na: 2", "{a: 1, 'b': 2,\n a: 3}"])
def test_a_key_that_would_replace_another_is_a_usage_error(text: str, tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"twice\.yaml for a test: the key 'a' is written twice, in lines 1 and 2$"):
        read_data_file(file, "a test")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless device")
def test_an_endless_device_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="more than 64 MiB"):
        read_file(Path("/dev/zero"), "a test")


def test_a_loop_of_links_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(UsageError, match="cannot read"):
        read_file(tmp_path / "loop", "a test")
