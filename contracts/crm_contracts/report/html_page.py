"""The HTML renderer: a self-contained page with a light and a dark theme."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from crm_contracts.report.document import Report
from crm_contracts.report.spans import Code, Strong, Text, spans
from crm_contracts.report.text import safe, safe_lines

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES: Final = "templates"


def render(report: Report) -> str:
    """Return a report as an HTML page."""
    style = resources.files(__package__).joinpath(_TEMPLATES, "report.css").read_text(encoding="utf-8")
    page = _environment().get_template("report.html.j2").render(report=report, style=style)
    return page.strip() + "\n"


@cache
def _environment() -> Environment:
    """Return the template environment, which escapes all values."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = resources.files(__package__).joinpath(_TEMPLATES)
    templates = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".j2")}
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_escaped,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"spans": _tagged_spans, "lines": _lines}
    return environment


def _tagged_spans(text: Text) -> list[tuple[str, str, str]]:
    """Return the spans of a text as kind, text and tone."""
    tagged = []
    for span in spans(text):
        match span:
            case str():
                tagged.append(("text", span, ""))
            case Code():
                tagged.append(("code", span.text, ""))
            case Strong():
                tagged.append(("strong", span.text, span.tone.value))
    return tagged


def _lines(text: str) -> Markup:
    """Return a string escaped, with its line feeds."""
    from markupsafe import escape

    return escape(safe_lines(text))


def _escaped(value: Any) -> Any:
    """Return a value with the control characters of strings escaped; the templates' own markup is kept."""
    return safe(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
