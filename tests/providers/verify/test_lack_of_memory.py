"""A lack of memory in the process of schemathesis is a line of its own, and no verdict on the provider."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from crm_contracts.providers.verify.lack_of_memory import check_end
from crm_mocks.errors import CrmMocksError

PLACES = {
    "where nothing handles it": "raise MemoryError",
    "in a thread": "threading.Thread(target=fail).start()",
    "in an operation": "NonFatalError(error=MemoryError(), phase=None, label='', related_to_operation=True)",
    "as the cause of another error": "FatalError(exception=raised(ValueError(), MemoryError()))",
    "in a group of errors": "FatalError(exception=ExceptionGroup('all', [MemoryError()]))",
    "of threads": 'FatalError(exception=RuntimeError("can\'t start new thread"))',
}
SCRIPT = """
import threading
from schemathesis.engine.events import FatalError, NonFatalError
from crm_contracts.providers.verify.lack_of_memory import end_without_memory

def raised(error, cause):
    error.__cause__ = cause
    return error

def fail():
    raise MemoryError

end_without_memory()
"""


def end_of(line: str) -> int:
    """Return the exit code of a process that runs a line."""
    return subprocess.run([sys.executable, "-c", SCRIPT + line], capture_output=True, check=False).returncode


@pytest.mark.parametrize("line", PLACES.values(), ids=PLACES)
def test_a_lack_of_memory_ends_the_run(line: str) -> None:
    with pytest.raises(CrmMocksError, match=r"^schemathesis was stopped: out of memory$"):
        check_end(end_of(line), "", ready=True)


def test_another_error_is_left_to_schemathesis() -> None:
    check_end(
        end_of("NonFatalError(error=ValueError(), phase=None, label='', related_to_operation=True)"), "", ready=True
    )


def test_a_process_that_the_system_kills_is_named() -> None:
    with pytest.raises(CrmMocksError, match=r"^schemathesis was stopped by SIGKILL: is there enough memory\?$"):
        check_end(-signal.SIGKILL, "", ready=False)


def test_a_process_that_the_user_stops_is_no_error() -> None:
    check_end(-signal.SIGTERM, "", ready=False)


def test_a_process_that_cannot_start_is_named_with_its_last_line() -> None:
    with pytest.raises(CrmMocksError, match=r"^schemathesis could not start: MemoryError$"):
        check_end(1, "Traceback (most recent call last):\nMemoryError\n", ready=False)


def test_failed_checks_are_no_error() -> None:
    check_end(1, "1 failed", ready=True)
