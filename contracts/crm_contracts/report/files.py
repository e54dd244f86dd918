"""Write report files."""

from __future__ import annotations

from pathlib import Path

from crm_contracts.report.document import Report
from crm_contracts.report.formats import render
from crm_contracts.report.origin import dated, with_origin
from crm_mocks.cli.expected_files import file_is_written
from crm_mocks.errors import UsageError
from crm_mocks.files.writing import write_file


def write_format(report: Report, format: str, path: Path, label: str, *, beside: bool = False) -> None:
    """Write a report in a format, with its date: JSON and pages say when and by what they were written.

    Args:
        report: the report.
        format: one of `formats.FORMATS`.
        path: the file; its folder must exist.
        label: what is written, for the error message.
        beside: put the style, script and icon of a page in files beside it.

    Raises:
        UsageError: a file cannot be written.
    """
    if format == "json":
        report = dated(report)
    if format != "html":
        write(path, render(report, format), label)
        return
    from crm_contracts.report import html_page

    report = with_origin(report)
    if not beside:
        write(path, html_page.render(report), label)
        return
    assets = html_page.assets_beside(path, report)
    write(path, html_page.render(report, assets), label)
    for asset in assets:
        write(path.with_name(asset.name), asset.text, label)


def write(path: Path, text: str, label: str) -> None:
    """Write a file; an old one is replaced only if the new one is complete.

    Args:
        path: the file; its folder must exist.
        text: the content.
        label: what is written, for the error message, such as `the --json report`.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        write_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"cannot write {label} to {path}: {error.strerror or error}") from None
    file_is_written(path)
