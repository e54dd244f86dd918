"""The tools of the extra `delivery`: used, and under licences that we accept."""

from __future__ import annotations

from tests.tools.dependencies.groups import installed, refused_licences
from tools.dependencies.usage import unused


def test_every_tool_is_used():
    assert unused(installed("delivery")) == []


def test_every_licence_is_accepted():
    assert refused_licences("delivery") == {}
