"""The tools of the extra `site`: used, and under licences that we accept."""

from __future__ import annotations

from tests.tools.dependencies.groups import installed, refused_licences
from tools.dependencies.usage import unused


def test_every_tool_is_used() -> None:
    assert unused(installed("site")) == []


def test_every_licence_is_accepted() -> None:
    assert refused_licences("site") == {}
