"""YAML for readers: block style, keys in their order, no aliases, and the same to YAML 1.1 and 1.2."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_WIDTH: Final = 120
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
"""What no YAML can hold; JSON can, by escapes."""
_NUMBER_OF_YAML_1_2: Final = re.compile(r"[-+]?(?:0o[0-7]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)\Z")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # base chosen at run time
    """Dumper for readers."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write each value where it stands."""
        return True


def _represent_string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    text = _SURROGATE.sub("\ufffd", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_string)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER_OF_YAML_1_2, list("-+.0123456789"))


def yaml_text(document: Any) -> str:
    """Return a JSON value as YAML.

    Example:
        >>> print(yaml_text({"responses": {"200": {"description": "Stored."}}}), end="")
        responses:
          '200':
            description: Stored.
    """
    text: str = yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=_WIDTH
    )
    return text
