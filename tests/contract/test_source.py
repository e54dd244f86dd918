"""Contract files are YAML with JSON types, and no key replaces another."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_mocks.contract.source import load_yaml, read
from crm_mocks.errors import ContractError, DuplicateKeyError


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        ("a: 1\nb: 2\na: 3\n", "a", (1, 3)),
        ("x:\n  '200': {}\n  200: {}\n", "200", (2, 3)),
        ("x: {true: 1, 'true': 2}\n", "true", (1, 1)),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n", "<<", (3, 4)),
    ],
)
def test_a_duplicate_key_is_refused_with_both_lines(text: str, key: str, lines: tuple[int, int]) -> None:
    with pytest.raises(DuplicateKeyError) as refused:
        load_yaml(text)
    assert (refused.value.key, refused.value.lines) == (key, lines)


def test_a_key_may_override_a_merged_one() -> None:
    assert load_yaml("a: &a {x: 1, y: 1}\nb:\n  <<: *a\n  x: 2\n")["b"] == {"x": 2, "y": 1}


def test_a_contract_with_a_path_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    file.write_text("openapi: 3.0.3\npaths:\n  /a: {}\n  /a: {}\n")
    with pytest.raises(ContractError, match=r"twice\.yaml: the key '/a' is written twice, in lines 3 and 4"):
        read(file)
