"""An extension of Griffe, named in mkdocs.yml: docstrings and signatures as the API reference shows them."""

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
    """Marks examples as code, and shows the keyword arguments that `accept_options` takes from an options class."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Mark the example in a docstring as Python code, and leave out special methods."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(_as_code, obj.docstring.value)
        if obj.name.startswith("__") and obj.name not in ("__init__", "__call__"):
            obj.public = False

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Take signature and docstring from the imported function where a decorator sets them."""
        if func.docstring is None or not any("accept_options" in str(each.value) for each in func.decorators):
            return
        function = getattr(import_module(func.module.path), func.name)
        func.parameters = griffe.Parameters(*map(_parameter, inspect.signature(function).parameters.values()))
        func.docstring.value = _EXAMPLE.sub(_as_code, inspect.getdoc(function) or "")


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
