"""Error messages in the supported languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from crm_mocks.parsing.bounded_cache import bounded_cache
from crm_mocks.vendor import load_data

_TEMPLATES: Final[Mapping[str, Mapping[str, str]]] = load_data(__file__, "messages.yaml")
"""Templates by language and errorCode; `{0}` stands for the first argument."""

LANGUAGES: Final = tuple(_TEMPLATES)


def resolve(language: str, code: str, args: Sequence[str]) -> str:
    """Return the message of an error code with its arguments filled in."""
    return _TEMPLATES[language][code].format(*args)


@bounded_cache(256)
def language(accept_language: str, default: str) -> str:
    """Return the language of a response (position config-api-languages).

    Args:
        accept_language: the header, or empty.
        default: the language if the header asks for no supported one.
    """
    best, best_quality = default, 0.0
    for part in accept_language.split(","):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        wanted = default if tag == "*" else tag.partition("-")[0]
        quality = _quality(parameters)
        if wanted in LANGUAGES and quality > best_quality:
            best, best_quality = wanted, quality
    return best


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
