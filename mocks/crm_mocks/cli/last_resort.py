"""The end of a command: its exit code, and exceptions that nothing else handles."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from crm_mocks.cli.expected_files import expect_none, missing_files
from crm_mocks.cli.stopping import end_process_with_command, exit_on_signals, interruptible, is_stopping
from crm_mocks.cli.streams import complain, standard_streams
from crm_mocks.errors import CrmMocksError
from crm_mocks.files.line_file import take_missing_lines
from crm_mocks.nearest_name import did_you_mean

DEBUG: Final = "CRM_MOCKS_DEBUG"
"""Variable of the environment that shows the tracebacks of unexpected exceptions."""


def exit_code_of(run: Callable[[], object], *, ends_process: bool = False) -> int:
    """Run a command with safe standard streams; return its exit code.

    Every exception ends here, as one line and exit code 2, since 1 means that a contract is broken.

    Args:
        run: the command; an integer that it returns is its exit code.
        ends_process: the process ends with the command.
    """
    expect_none()
    with interruptible(), exit_on_signals(), standard_streams() as streams, _naming_missing_files():
        if ends_process:
            end_process_with_command()
        try:
            result = run()
            code = result if isinstance(result, int) else 0
        except click.Abort:
            code = 130
        except (click.ClickException, CrmMocksError) as error:
            complain(_message(error))
            code = 2
        except Exception as error:  # noqa: BLE001  # the last resort
            complain(unexpected(error))
            code = 2
        for loss in take_missing_lines():
            complain(loss)
            code = code or 2
        if streams.failure:
            complain(f"cannot write to stdout: {streams.failure}")
            code = code or 2
    return code


@contextmanager
def _naming_missing_files() -> Iterator[None]:
    """Say at the end of a command that was stopped which files it has not written."""
    try:
        yield
    finally:
        message = missing_files() if is_stopping() else ""
        if message:
            complain(message)


def _message(error: click.ClickException | CrmMocksError) -> str:
    """Return the line of an expected error; the wording about an unknown option differs between releases of click."""
    if isinstance(error, click.NoSuchOption):
        return f"No such option '{error.option_name}'{did_you_mean(error.option_name, error.possibilities or ())}."
    if isinstance(error, click.MissingParameter) and error.ctx is not None:
        return f"{error.format_message().rstrip('.')}: {_usage(error.ctx, error.param)}"
    return error.format_message() if isinstance(error, click.ClickException) else str(error)


def _usage(ctx: click.Context, missing: click.Parameter | None) -> str:
    """Return the form of a command line, and what the missing argument may be."""
    usage = " ".join((ctx.command_path, *ctx.command.collect_usage_pieces(ctx)))
    takes_vendor = missing is not None and missing.type.name == "vendor"
    return f"{usage}{_vendors() if takes_vendor else ''} ({ctx.command_path} --help)"


def _vendors() -> str:
    """Return what VENDOR may be; nothing if a vendor has an error of its own, which is another one's message."""
    from crm_mocks.vendor import served_names

    try:
        return f", where VENDOR is {', '.join(served_names())}, or the path of a contract"
    except CrmMocksError:
        return ""


def unexpected(error: BaseException) -> str:
    """Return a line about an unexpected exception; print its traceback first if `DEBUG` is set."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    hint = "" if os.environ.get(DEBUG) else f" ({DEBUG}=1 shows where)"
    if isinstance(error, FileNotFoundError) and error.filename is None and not _has_working_directory():
        return f"the working directory does not exist any more{hint}"
    if isinstance(error, OSError):
        what = ": ".join(str(part) for part in (error.filename, error.strerror or str(error)) if part)
        return f"the environment does not let the command work: {what}{hint}"
    if isinstance(error, MemoryError) or str(error) == "can't start new thread" or _is_unloadable(error):
        return f"the environment does not let the command work: {str(error) or 'out of memory'}{hint}"
    return f"internal error, please report it: {type(error).__name__}: {error}{hint}"


def _is_unloadable(error: BaseException) -> bool:
    """Return whether the system could not load a module that is there, such as for want of memory."""
    return isinstance(error, ImportError) and "shared object" in str(error)


def _has_working_directory() -> bool:
    try:
        os.getcwd()  # noqa: PTH109  # `Path.cwd` is the same
    except OSError:
        return False
    return True
