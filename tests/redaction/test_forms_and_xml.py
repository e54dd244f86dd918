"""Forms, multipart forms and XML are shown as far as the contract documents their fields and elements."""

from __future__ import annotations

import pytest

from crm_mocks.contract import Operation
from crm_mocks.redaction import Redaction
from crm_mocks.violations import Violation
from tests.redaction.helpers import FORM, body, redacted


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"email=a%40b.c&tags=x", None),
        (b"email=a%40b.c&nick=ada", b"email=a%40b.c&nick=***(3)"),
        (b"address[city]=Ulm&address[token]=x", b"address[city]=Ulm&address[token]=***"),
        (b"a=1&pass%77ord=x&client+secret=y&&=z", b"a=***(1)&pass%77ord=***&client+secret=***&&=***(1)"),
    ],
)
def test_fields_of_forms_are_members(
    redaction: Redaction, operation: Operation, raw: bytes, shown: bytes | None
) -> None:
    assert body(redaction, raw, FORM, operation) == (raw if shown is None else shown)


def test_documented_fields_of_a_multipart_form_are_shown_and_files_are_not(
    redaction: Redaction, operation: Operation
) -> None:
    raw = (
        b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.c\r\n'
        b'--b\r\nContent-Disposition: form-data; name="nick"\r\n\r\nada\r\n'
        b'--b\r\nContent-Disposition: form-data; name="any"; filename="ada.txt"\r\nContent-Type: text/plain\r\n\r\n'
        b"contents\r\n--b--\r\n"
    )
    shown = raw.replace(b"\r\nada\r\n", b"\r\n***(3)\r\n").replace(b"contents", b"***(8)")
    shown = shown.replace(b'"ada.txt"', b'"***(9)"')
    assert body(redaction, raw, "multipart/form-data; boundary=b", operation) == shown


def test_names_and_parameters_of_a_multipart_form_are_redacted(redaction: Redaction, operation: Operation) -> None:
    token = "9f86d081884c7d659a2feaa0c55ad015"
    head = f'Content-Disposition: form-data; name="{token}"; note={token}'
    raw = f"--b\r\n{head}\r\n\r\nada\r\n--b--\r\n".encode()
    shown = b'--b\r\nContent-Disposition: form-data; name="***(32)"\r\n\r\n***(3)\r\n--b--\r\n'
    assert body(redaction, raw, "multipart/form-data; boundary=b", operation) == shown


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<x {}=""/>', '<x ***(32)=""/>'),
        ("<{}:email>a@b.c</{}:email>", "<***(32):email>a@b.c</***(32):email>"),
        ('<email {}:xmlns="">a@b.c</email>', '<email ***(32):xmlns="">a@b.c</email>'),
        ('<email xmlns:a="urn:{}">a@b.c</email>', '<email xmlns:a="***(36)">a@b.c</email>'),
        ('<email xmlns:a="http://www.w3.org/2001/XMLSchema">a@b.c</email>', None),
        ('<?xml version="1.0" encoding="a9f86d08"?><email>a</email>', "<!-- ***(41) --><email>a</email>"),
        ('<?xml version="1.0" encoding="iso-8859-15"?><email>a</email>', None),
    ],
)
def test_names_and_namespaces_of_xml_that_are_values_are_hidden(
    redaction: Redaction, operation: Operation, xml: str, shown: str | None
) -> None:
    raw = xml.replace("{}", "a9f86d081884c7d659a2feaa0c55ad01")
    assert body(redaction, raw.encode(), "application/xml", operation) == (raw if shown is None else shown).encode()


def test_a_violation_quotes_no_hidden_field_of_a_multipart_form(redaction: Redaction, operation: Operation) -> None:
    entry = redacted(
        redaction,
        operation,
        request_headers=[("content-type", "multipart/form-data; boundary=b")],
        request_body=b'--b\r\nContent-Disposition: form-data; name="nick"\r\n\r\nhunter2\r\n--b--\r\n',
        violations=[Violation(("body",), "additionalProperties", "…", sent='{"nick": "hunter2"}')],
    )
    assert entry.violations[0].sent == '{"nick": "***"}'


@pytest.mark.parametrize("content", ["&#101;yJhbGciOiJub25lIn0.e30.", "<![CDATA[eyJhbGciOiJub25lIn0.e30.]]>"])
def test_entities_in_xml_hide_nothing(redaction: Redaction, operation: Operation, content: str) -> None:
    raw = f"<c><email>{content}</email></c>".encode()
    assert body(redaction, raw, "application/xml", operation) == b"<c><email>***</email></c>"


def test_documented_elements_of_xml_are_shown(redaction: Redaction, operation: Operation) -> None:
    raw = b'<?xml version="1.0"?><c a="x"><email>a@b.c</email><postal>89073</postal><nick>ada</nick><!-- x --></c>'
    shown = (
        b'<?xml version="1.0"?><c a="***(1)"><email>a@b.c</email><postal>89073</postal><nick>***(3)</nick>'
        b"<!-- ***(10) --></c>"
    )
    assert body(redaction, raw, "application/xml", operation) == shown
