"""Report formats. An entry in `FORMATS` and a renderer module add a format to all commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crm_contracts.report.document import Report


@dataclass(frozen=True)
class ReportFormat:
    """A report format.

    Attributes:
        module: module with `render(report: Report) -> str`, imported on demand.
        media_type: value of `Content-Type`.
        label: name in help texts, such as `JUnit XML`.
    """

    module: str
    media_type: str
    label: str


FORMATS: Final = {
    "junit": ReportFormat("crm_contracts.report.junit", "application/xml", "JUnit XML"),
    "html": ReportFormat("crm_contracts.report.html_page", "text/html; charset=utf-8", "an HTML page"),
    "json": ReportFormat("crm_contracts.report.json_document", "application/json", "JSON"),
    "markdown": ReportFormat(
        "crm_contracts.report.markdown", "text/markdown; charset=utf-8", "Markdown for a pull request comment"
    ),
}
"""Formats by name, which is also the name of the command line option."""


def render(report: Report, format: str) -> str:
    r"""Return a report in one of the `FORMATS`, or as uncoloured text if the format is `terminal`.

    Example:
        >>> from crm_contracts.report.document import Report
        >>> render(Report("check", "Contract", "kept", passed=True, summary="1 exchange"), "terminal")
        'Contract kept: 1 exchange\n'
    """
    module = "crm_contracts.report.terminal" if format == "terminal" else FORMATS[format].module
    renderer: Callable[[Report], str] = import_module(module).render
    return renderer(report)
