"""Errors that nothing has caught are known by what languages print of them, and by the exit code that goes with it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from crm_contracts.clients.crashes import crashed

PRINTED = {
    "Ruby": (1, "client.rb:3:in `fetch': key not found: \"id\" (KeyError)\n\tfrom client.rb:3:in `<main>'\n"),
    "PHP": (255, "PHP Fatal error:  Uncaught TypeError: strlen() in client.php:2\nStack trace:\n#0 {main}\n"),
    "Java": (1, 'Exception in thread "main" java.lang.NullPointerException\n\tat Client.main(Client.java:5)\n'),
    ".NET": (
        134,
        "Unhandled exception. System.NullReferenceException: Object reference not set\n   at Client.Main()\n",
    ),
    "Go": (2, "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\n"),
    "Rust": (101, "\nthread 'main' panicked at src/main.rs:4:10:\ncalled `Option::unwrap()` on a `None` value\n"),
}
PROGRAMS = {
    "Python": (sys.executable, "-c", "{}['id']"),
    "Node.js": ("node", "-e", "null.id"),
    "Perl": ("perl", "-e", 'my $line = <STDIN>; die "no id"'),
}


@pytest.mark.parametrize("language", PRINTED)
def test_a_report_of_an_uncaught_error_is_known(language: str) -> None:
    code, printed = PRINTED[language]
    assert crashed(code, f"so far so good\n{printed}") == language
    assert crashed(0, printed) == ""


@pytest.mark.parametrize("language", PROGRAMS)
def test_programs_that_crash_are_known(language: str) -> None:
    if shutil.which(PROGRAMS[language][0]) is None:
        pytest.skip(f"{PROGRAMS[language][0]} is not installed here")
    done = subprocess.run(PROGRAMS[language], input="a line\n", capture_output=True, text=True, check=False)
    assert crashed(done.returncode, done.stdout + done.stderr) == language


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (75, "Traceback (most recent call last):\nOSError: logged, and borne\n"),
        (1, "refused: the CRM does not want it\n"),
        (75, "try again later at client.pl line 3.\n"),
    ],
)
def test_programs_that_end_on_purpose_have_not_crashed(code: int, printed: str) -> None:
    assert crashed(code, printed) == ""
