"""What Jenkins takes of a JUnit report."""

from __future__ import annotations

from xml.etree import ElementTree

_TAKEN = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "time", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "time", "classname"},
    "failure": {"type", "message"},
    "skipped": {"type", "message"},
    "system-out": set(),
}
"""Attributes by element in junit-10.xsd of the xUnit plugin, which refuses others."""


def assert_taken_by_jenkins(root: ElementTree.Element) -> None:
    """Require that a report has no other elements and attributes."""
    for element in root.iter():
        assert set(element.keys()) <= _TAKEN[element.tag]
