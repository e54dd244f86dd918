"""The requirements in pyproject.toml, read with their reasons."""

from __future__ import annotations

from pathlib import Path

from tests.tools.dependencies.groups import DECLARED
from tools.dependencies.declared import ALWAYS, declared


def test_every_requirement_has_a_reason() -> None:
    assert [each.name for each in DECLARED if not each.reason] == []


def test_requirements_are_read_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[project]\ndependencies = [\n  "A_b>=1; python_version < \'3\'",  # why\n  "c",\n]\n'
        '[project.optional-dependencies]\nall = ["crm-mocks[more]", "d[e]"]\n'
    )
    found = [(each.name, each.group, each.reason, each.applies) for each in declared(path)]
    assert found == [("a-b", ALWAYS, "why", False), ("c", ALWAYS, "", True), ("d", "all", "", True)]
