"""Checks of credentials by the base class: the demo credentials are right, all others are refused."""

from __future__ import annotations

import asyncio
import base64
from types import SimpleNamespace

import pytest

from crm_mocks.vendor import DocumentedRefusal, Vendor, basic_header, parse_basic

BASIC = {"type": "http", "scheme": "basic"}
BEARER = {"type": "http", "scheme": "bearer"}
KEY = {"type": "apiKey", "in": "query", "name": "key"}


class OpenVendor(Vendor):
    credentials = {"username": "ada", "password": "secret", "token": "t0ken"}  # noqa: RUF012  # read-only in Vendor

    def __init__(self, toy):
        self.name, self.contract_file = toy.name, toy.contract_file


def _authenticate(toy, scheme, authorization="", query=()):
    vendor = OpenVendor(toy)
    contract = toy.contract_file.in_force(toy.settings_type())
    context = SimpleNamespace(
        vendor=vendor,
        contract=contract,
        operation=contract.operations["createContact"],
        headers={"authorization": authorization} if authorization else {},
        query=dict(query),
    )
    return asyncio.run(vendor.authenticate(context, scheme, []))


@pytest.mark.parametrize(
    ("scheme", "sent", "identity"),
    [
        (BASIC, {"authorization": basic_header("ada", "secret")}, "ada"),
        (BEARER, {"authorization": "bearer t0ken"}, "t0ken"),
        (KEY, {"query": {"key": "secret"}}, "secret"),
        (BASIC, {}, None),
        (BASIC, {"authorization": "Bearer t0ken"}, None),
        (BEARER, {"authorization": basic_header("ada", "secret")}, None),
        (KEY, {}, None),
    ],
)
def test_demo_credentials_are_accepted_under_their_scheme(toy_vendor, scheme, sent, identity):
    assert _authenticate(toy_vendor, scheme, **sent) == identity


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        (BASIC, {"authorization": basic_header("ada", "wrong")}),
        (BASIC, {"authorization": basic_header("eve", "secret")}),
        (BASIC, {"authorization": "Basic ***"}),
        (BEARER, {"authorization": "Bearer wrong"}),
        (BEARER, {"authorization": "Bearer "}),
        (KEY, {"query": {"key": ""}}),
        (KEY, {"query": {"key": "ключ"}}),
    ],
)
def test_other_credentials_are_refused(toy_vendor, scheme, sent):
    with pytest.raises(DocumentedRefusal) as refusal:
        _authenticate(toy_vendor, scheme, **sent)

    assert refusal.value.response.outcome == "no_key"
    assert [(each.location, each.rule) for each in refusal.value.violations] == [(("security",), "credentials")]


def test_a_vendor_without_demo_credentials_accepts_none(toy_vendor, monkeypatch):
    monkeypatch.setattr(OpenVendor, "credentials", {})
    for scheme, sent in ((BASIC, {"authorization": basic_header("", "")}), (BEARER, {"authorization": "Bearer x"})):
        with pytest.raises(DocumentedRefusal):
            _authenticate(toy_vendor, scheme, **sent)


@pytest.mark.parametrize(
    "value", ["", "***", base64.b64encode(b"no colon").decode(), base64.b64encode(b"\xff:").decode()]
)
def test_malformed_basic_credentials_are_none(value):
    assert parse_basic(value) is None


def test_a_password_may_have_colons():
    assert parse_basic(basic_header("ada", "a:b").removeprefix("Basic ")) == ("ada", "a:b")
