"""What the API reference shows of docstrings and signatures: an extension of Griffe, named in mkdocs.yml."""

from __future__ import annotations

import inspect
import re
import textwrap
from importlib import import_module
from typing import Any, Final

import griffe

_EXAMPLE: Final = re.compile(r"^Example:\n(?! {4}```)(?P<code>(?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)
_KINDS: Final = {kind.name: griffe.ParameterKind[kind.name.lower()] for kind in inspect._ParameterKind}  # noqa: SLF001  # no public list


class ReadableDocstrings(griffe.Extension):
    """Sets examples as code, and shows the options that `accept_options` makes of an options class."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Mark the example in a docstring as Python code, and leave out what is no part of an interface."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(_as_code, obj.docstring.value)
        if obj.name.startswith("__") and obj.name not in ("__init__", "__call__"):
            obj.public = False

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Take signature and docstring from the function itself where a decorator has made them."""
        if func.docstring is None or not any("accept_options" in str(each.value) for each in func.decorators):
            return
        made = getattr(import_module(func.module.path), func.name)
        func.parameters = griffe.Parameters(*map(_parameter, inspect.signature(made).parameters.values()))
        func.docstring.value = _EXAMPLE.sub(_as_code, inspect.getdoc(made) or "")


def _as_code(match: re.Match[str]) -> str:
    lines = textwrap.dedent(match["code"]).strip().splitlines()
    return "\n".join(["Example:", *(f"    {line}" for line in ("```python", *lines, "```")), "", ""])


def _parameter(parameter: inspect.Parameter) -> griffe.Parameter:
    is_required = parameter.default is inspect.Parameter.empty
    return griffe.Parameter(
        parameter.name,
        annotation=str(parameter.annotation),
        kind=_KINDS[parameter.kind.name],
        default=None if is_required else repr(parameter.default),
    )
