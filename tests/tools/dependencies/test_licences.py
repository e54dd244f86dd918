"""Licences of packages, read from their metadata, and whether we accept them."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.tools.dependencies.groups import GROUPS, refused_licences
from tools.dependencies.licences import is_accepted, licence_of, with_all_that_they_need


@pytest.mark.parametrize("group", GROUPS)
def test_every_licence_is_accepted(group: str) -> None:
    assert refused_licences(group) == {}


@pytest.mark.parametrize(
    ("expression", "accepted"),
    [
        ("MIT", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("AGPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("GPL-3.0", False),
        ("unknown", False),
        ("Proprietary, ask us", False),
    ],
)
def test_a_licence_that_nobody_accepted_is_refused(expression: str, accepted: bool) -> None:
    assert is_accepted(expression) is accepted


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0\nLicense: other", "MIT OR Apache-2.0"),
        ("License: BSD 3-Clause License", "BSD-3-Clause"),
        ("License: Ours alone", "Ours alone"),
        ("License: The whole text\n        of a licence\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("Classifier: License :: OSI Approved :: MIT License\nClassifier: License :: Other", "MIT OR Other"),
        ("Summary: without", "unknown"),
    ],
)
def test_the_licence_is_read_from_metadata(tmp_path: Path, metadata: str, licence: str) -> None:
    (tmp_path / "METADATA").write_text(f"Metadata-Version: 2.4\nName: x\nVersion: 1\n{metadata}\n")
    assert licence_of(distribution("pytest").at(tmp_path)) == licence


def test_what_a_requirement_needs_is_found_with_its_extras() -> None:
    found = with_all_that_they_need([Requirement("flask[async]"), Requirement("x; sys_platform == 'none'")])
    assert {"flask", "werkzeug", "markupsafe", "asgiref"} <= found.keys()
    assert "asgiref" not in with_all_that_they_need([Requirement("flask")])
