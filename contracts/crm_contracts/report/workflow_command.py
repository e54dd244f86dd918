"""Workflow commands of GitHub Actions, which shows their messages beside the lines of a pull request."""

from __future__ import annotations

from crm_mocks.outside_text import safe_lines, without_log_commands


def workflow_command(severity: str, message: str, **properties: object) -> str:
    r"""Return a command as one line.

    Args:
        severity: `error`, `warning` or `notice`.
        message: the text.
        properties: `file`, `line`, `title` and so on.

    Example:
        >>> workflow_command("error", "a\nb", file="crm.yaml", line=3, title="x: y")
        '::error file=crm.yaml,line=3,title=x%3A y::a%0Ab'
    """
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{severity} {written}::{_text(message)}"


def _text(text: str) -> str:
    return without_log_commands(safe_lines(text)).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
