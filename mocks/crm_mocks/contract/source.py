"""Read contract files: YAML restricted to JSON types, next to the package or in the repository's root."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import yaml

from crm_mocks.contract import cache
from crm_mocks.errors import ContractError, DuplicateKeyError
from crm_mocks.files.reading import read_bytes
from crm_mocks.files.yaml_schema import STRICT
from crm_mocks.files.yaml_values import LOADER, YamlProblem, parse_yaml

_CACHED: Final = b"contract of a vendor\n"
"""Beginning of keys in the cache, where contracts of users, which are parsed in another way, have none."""

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def load_yaml(text: str | bytes) -> Any:
    """Parse YAML into JSON types, exactly: what JSON does not have is an error.

    Raises:
        YamlProblem: the input is not YAML, has a value that JSON does not have, or is too large or too deep.
        DuplicateKeyError: a mapping has a key twice.
    """
    return parse_yaml(text, STRICT)


def compose_yaml(text: str | bytes) -> yaml.Node | None:
    """Parse YAML into nodes, which know their lines; `None` if it is empty.

    Raises:
        yaml.YAMLError: the input is not YAML.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    return node


def directory() -> Path:
    """Return the folder of the contracts: within the package in a wheel, in the repository's root in a checkout."""
    packaged = _PACKAGE / "openapi"
    return packaged if packaged.is_dir() else _PACKAGE.parent.parent / "openapi"


def digest(path: Path) -> str:
    """Return the SHA-256 digest of a contract file, in hex.

    Raises:
        ContractError: the file cannot be read.
    """
    return sha256(_raw(path)).hexdigest()


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
        raw = _raw(path)
        document = _parsed(raw)
    except (YamlProblem, DuplicateKeyError) as error:
        why = error.with_line if isinstance(error, YamlProblem) else error
        raise ContractError(f"cannot read the contract {path.name}: {why}") from error
    accepted = tuple(f"{version}." for version in versions)
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith(accepted):
        raise ContractError(f"{path.name} is not an OpenAPI {' or '.join(versions)} document")
    return document, sha256(raw).hexdigest()


def _raw(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except OSError as error:
        raise ContractError(f"cannot read the contract {path.name}: {error.strerror}") from error


def _parsed(raw: bytes) -> Any:
    """Return the JSON value of a contract file, from the cache if the same file was parsed before."""
    key = _CACHED + raw
    document = cache.cached(key)
    if document is None:
        document = load_yaml(raw)
        cache.store(key, document)
    return document
