"""Read contract files: YAML restricted to JSON types, next to the package or in the repository's root."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

from crm_mocks.contract import cache
from crm_mocks.errors import ContractError, DuplicateKeyError

_SPECIAL_KEYS: Final = ("tag:yaml.org,2002:merge", "tag:yaml.org,2002:value")
"""Tags of the keys `<<` and `=`."""

_CACHED: Final = b"contract of a vendor\n"
"""Beginning of keys in the cache, where contracts of users, which are parsed in another way, have none."""

_PACKAGE: Final = Path(__file__).resolve().parent.parent


class _JsonLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # base chosen at run time
    """Safe YAML loader that keeps dates as strings, accepts only `true` and `false` as booleans, and no key twice."""

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  # PyYAML's
        """Construct a mapping from a node.

        Raises:
            DuplicateKeyError: a key is there twice, also as `200` and `"200"`.
        """
        lines: dict[str, int] = {}
        for key_node, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            key = key_node.value if key_node.tag in _SPECIAL_KEYS else key_text(self.construct_object(key_node))
            line = key_node.start_mark.line + 1
            if key in lines:
                raise DuplicateKeyError(key, (lines[key], line))
            lines[key] = line
        return super().construct_mapping(node, deep)


_JsonLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first, _words in (("t", "true"), ("f", "false")):
    _pattern = re.compile(rf"^{_words}$")
    _JsonLoader.yaml_implicit_resolvers.setdefault(_first, []).append(("tag:yaml.org,2002:bool", _pattern))


def key_text(key: Any) -> str:
    """Return a key of a YAML mapping as JSON has it: a string."""
    return str(key).lower() if isinstance(key, bool) else str(key)


def load_yaml(text: str | bytes) -> Any:
    """Parse YAML into JSON types.

    Raises:
        yaml.YAMLError: the input is not YAML.
        DuplicateKeyError: a mapping has a key twice.
    """
    return yaml.load(text, Loader=_JsonLoader)  # noqa: S506  # derived from SafeLoader


def compose_yaml(text: str | bytes) -> yaml.Node | None:
    """Parse YAML into nodes, which know their lines; `None` if it is empty.

    Raises:
        yaml.YAMLError: the input is not YAML.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=_JsonLoader)
    return node


def directory() -> Path:
    """Return the folder of the contracts: within the package in a wheel, in the repository's root in a checkout."""
    packaged = _PACKAGE / "openapi"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "openapi"


def read(path: Path, versions: tuple[str, ...] = ("3.0",)) -> tuple[dict[str, Any], str]:
    """Read one contract file.

    Args:
        path: the file.
        versions: versions of OpenAPI that it may have.

    Returns:
        The document with string keys throughout, and the SHA-256 digest of the file in hex.

    Raises:
        ContractError: the file is missing, not YAML, not an OpenAPI document of such a version, or has a key twice.
    """
    try:
        raw = path.read_bytes()
        document = _parsed(raw)
    except (OSError, yaml.YAMLError, DuplicateKeyError) as error:
        raise ContractError(f"cannot read the contract {path.name}: {error}") from error
    accepted = tuple(f"{version}." for version in versions)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith(accepted):
        raise ContractError(f"{path.name} is not an OpenAPI {' or '.join(versions)} document")
    return document, sha256(raw).hexdigest()


def _parsed(raw: bytes) -> Any:
    """Return the JSON value of a contract file, from the cache if the same file was parsed before."""
    key = _CACHED + raw
    document = cache.cached(key)
    if document is None:
        document = _string_keys(load_yaml(raw))
        cache.store(key, document)
    return document


def _string_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {key_text(key): _string_keys(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_string_keys(value) for value in node]
    return node
