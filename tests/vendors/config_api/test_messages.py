from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.vendors.config_api import messages
from tests.vendors.config_api.causes import KEY, call, create, example

EMAIL_MISSING = {
    "cs": "leadCustomer.email je povinné.",
    "de": "leadCustomer.email ist erforderlich.",
    "en": "leadCustomer.email is required.",
    "es": "leadCustomer.email es obligatorio.",
    "fr": "leadCustomer.email est obligatoire.",
    "hu": "A(z) leadCustomer.email kötelező.",
    "it": "leadCustomer.email è obbligatorio.",
    "nb": "leadCustomer.email er påkrevd.",
    "nl": "leadCustomer.email is verplicht.",
    "pl": "leadCustomer.email jest wymagane.",
    "ro": "leadCustomer.email este obligatoriu.",
    "ru": "leadCustomer.email является обязательным.",
    "sl": "leadCustomer.email je obvezno.",
    "sv": "leadCustomer.email är obligatoriskt.",
    "tr": "leadCustomer.email zorunludur.",
}


def message(mock, header: str | None) -> str:
    """Return the message for a missing e-mail address, asked for with an Accept-Language header."""
    headers = KEY if header is None else {**KEY, "accept-language": header}
    error = create(mock, example(mock, "createLead", "member_missing"), headers=headers).json()
    assert error["errorCode"] == "errormessage.validation.required"
    return error["errorMessage"]


@pytest.mark.parametrize("language", EMAIL_MISSING)
def test_message_is_in_the_language_asked_for(api, language):
    assert message(api("config_api"), language) == EMAIL_MISSING[language]


def test_languages_are_those_of_the_vendor_and_each_has_a_catalogue():
    files = {path.stem for path in Path(messages.__file__).parent.glob("*.yaml")} - {"variants"}

    assert set(messages.LANGUAGES) == set(EMAIL_MISSING) == files
    assert list(messages.VARIANTS) == ["de-CH", "de-LI", "en-CA", "en-GB", "en-US", "fr-LU"]


@pytest.mark.parametrize("language", [*messages.LANGUAGES, *messages.VARIANTS])
def test_messages_exist_in_every_language_with_the_same_arguments(language):
    english, translated = messages.templates("en"), messages.templates(language)

    assert translated.keys() == english.keys()
    for code, template in english.items():
        assert sorted(re.findall(r"{\d}", translated[code])) == sorted(re.findall(r"{\d}", template)), code


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_two_languages_share_a_catalogue(language):
    others = [messages.templates(other) for other in messages.LANGUAGES if other != language]

    assert messages.templates(language) not in others


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,en;q=0.5", "de"),
        ("DE-de", "de"),
        ("en;q=0.5,de;q=0.8", "de"),
        ("fr,de;q=0.1", "fr"),
        ("ja,de;q=0.1", "de"),
        ("de;q=0,en", "en"),
        ("de;q=much", "en"),
        ("fr-LU", "fr"),
        ("fr-CA", "fr"),
        ("en-GB", "en"),
        ("pt-BR", "en"),
        ("no", "en"),
        ("gibberish", "en"),
    ],
)
def test_best_listed_language_is_chosen_else_english(api, header, language):
    mock = api("config_api", settings={"config_api.default_language": "sv"})

    assert message(mock, header) == EMAIL_MISSING[language]


@pytest.mark.parametrize("header", [None, "", " ", "*", "ja;q=0.5,*;q=0.9"])
def test_studios_language_is_used_unless_the_header_asks_for_one(api, header):
    assert message(api("config_api"), header) == EMAIL_MISSING["en"]
    assert message(api("config_api", settings={"config_api.default_language": "tr"}), header) == EMAIL_MISSING["tr"]


@pytest.mark.parametrize(("tag", "word"), [("de-CH", "gross"), ("de-LI", "gross"), ("de-AT", "groß"), ("de", "groß")])
def test_country_variants_have_words_of_their_own(api, tag, word):
    answer = create(api("config_api"), {"notes": "x" * (9 * 1024 * 1024)}, headers={**KEY, "accept-language": tag})

    assert answer.json()["errorMessage"] == f"Der Inhalt der Anfrage ist zu {word}."


@pytest.mark.parametrize("operation", ["getLeadConfig", "validateLead", "createLead"])
def test_every_operation_follows_the_studios_language(api, operation):
    mock = api("config_api", settings={"config_api.default_language": "de-CH"})

    assert call(mock, operation, {}, json={}).json()["errorMessage"] == "Der Header x-api-key fehlt."


@pytest.mark.parametrize("value", ["ja", "de-AT", "", "English"])
def test_language_that_the_vendor_lacks_is_a_usage_error(api, value):
    with pytest.raises(UsageError, match="one of cs, de, en"):
        api("config_api", settings={"config_api.default_language": value})
