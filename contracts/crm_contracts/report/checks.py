"""Test cases of the JUnit report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CheckStatus(StrEnum):
    """Result of a test case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """A test case of the JUnit report.

    Attributes:
        suite: name of the test suite, such as an operation.
        classname: class of the test case, such as an operation.
        name: name of the test case; the renderer makes it unique in its class.
        status: result.
        message: reason of the failure or skip, or output of a passed test case.
        type: kind of failure, such as the rule.
        details: full text of the failure.
        output: output of a failed or skipped test case.
        seconds: duration.
    """

    suite: str
    classname: str
    name: str
    status: CheckStatus = CheckStatus.PASSED
    message: str = ""
    type: str = ""
    details: str = ""
    output: str = ""
    seconds: float = 0.0
