"""Error messages by language: one file per language, and one with the differences of country variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from crm_mocks.parsing.bounded_cache import bounded_cache
from crm_mocks.vendor import load_data

LANGUAGES: Final = ("cs", "de", "en", "es", "fr", "hu", "it", "nb", "nl", "pl", "ro", "ru", "sl", "sv", "tr")
"""Languages that Accept-Language may ask for, as the General Information lists them."""

VARIANTS: Final[Mapping[str, Mapping[str, str]]] = load_data(__file__, "variants.yaml")
"""Messages of each country variant that differ from those of its language."""

FALLBACK: Final = "en"
"""Language of a response to a request that asks for none of `LANGUAGES`."""

_TAGS: Final = {tag.lower(): tag for tag in (*LANGUAGES, *VARIANTS)}


def resolve(language: str, code: str, args: Sequence[str]) -> str:
    """Return the message of an error code in a language or country variant, with its arguments filled in."""
    return templates(language)[code].format(*args)


@cache
def templates(language: str) -> Mapping[str, str]:
    """Return the templates of a language or country variant by errorCode; `{0}` stands for the first argument."""
    catalogue: Mapping[str, str] = load_data(__file__, f"{language.partition('-')[0]}.yaml")
    return {**catalogue, **VARIANTS.get(language, {})}


@bounded_cache(256)
def language(accept_language: str, default: str) -> str:
    """Return the language or country variant of a response (General Information; position config-api-languages).

    Args:
        accept_language: the header, or empty.
        default: the studio's own language.
    """
    if not accept_language.strip():
        return default
    best, best_quality = FALLBACK, 0.0
    for part in accept_language.split(","):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        wanted = default if tag == "*" else _TAGS.get(tag) or _TAGS.get(tag.partition("-")[0])
        quality = _quality(parameters)
        if wanted is not None and quality > best_quality:
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
