"""Clients that are weak in one thing each, as people write them: `persistent.py` has one of them if it is told to."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import httpx

from crmcom_client import TOKEN_IS_OVER, CrmCom, Refused, Unavailable


# weakness: code_in_the_text (white space)
# The code is searched for in the text of the answer, as CRM.COM writes it today. JSON may have spaces there.
# fixed by: data_in in crmcom_client.py
class CodeInTheText(CrmCom):
    """Logs refusals."""

    def object_in(self, body: bytes) -> dict[str, Any]:
        """See the class."""
        found = super().object_in(body)
        if b'"code"' in body and b'"code":"OK"' not in body:
            code = body.split(b'"code":"')[1].split(b'"')[0]
            logging.getLogger("crmcom").info("refused: %s", code.decode())
        return found


# weakness: exact_media_type (headers)
# The header is compared as a whole. It may have a charset, or be in other case.
# fixed by: object_in in crmcom_client.py
class ExactMediaType(CrmCom):
    """Sees that JSON comes."""

    def body_of(self, answer: httpx.Response, ends: float) -> bytes:
        """See the class."""
        if answer.headers["Content-Type"] != "application/json":
            raise ValueError(f"cannot read {answer.headers['Content-Type']}")
        return super().body_of(answer, ends)


# weakness: default_for_null (null handling)
# A default of get() stands for what is absent. Of what is null, the method of a text is called.
# fixed by: refusal in crmcom_client.py
class DefaultForNull(CrmCom):
    """Tidies what CRM.COM says."""

    def refusal(self, status: Mapping[str, Any]) -> Refused:
        """See the class."""
        message, description = (status.get(name, "").strip() for name in ("message", "description"))
        return Refused(status["code"], message, description)


# weakness: plain_letters (strange text)
# A number is taken to have digits and plain letters. It is a text, of any letters.
# fixed by: text_in in crmcom_client.py
class PlainLetters(CrmCom):
    """Prepares a number for a file of the old bookkeeping."""

    def text_in(self, data: Mapping[str, Any], name: str) -> str:
        """See the class."""
        return super().text_in(data, name).encode("ascii").decode()


# weakness: declared_charset (wrong charset)
# The body is decoded as its label says, which may be wrong, or unknown. JSON is UTF-8 without one.
# fixed by: object_in in crmcom_client.py
class DeclaredCharset(CrmCom):
    """Trusts the header."""

    def body_of(self, answer: httpx.Response, ends: float) -> bytes:
        """See the class."""
        return super().body_of(answer, ends).decode(answer.charset_encoding or "utf-8").encode()


# weakness: documented_failures (page of a proxy)
# The one failure of the document is handled. Proxies before the CRM have others.
# fixed by: check_status in crmcom_client.py
class DocumentedFailures(CrmCom):
    """Knows the statuses of the document."""

    def check_status(self, answer: httpx.Response) -> None:
        """See the class."""
        if answer.status_code == 500:
            raise Unavailable("CRM.COM has failed")
        if answer.status_code != 200:
            raise ValueError(f"unknown status {answer.status_code}")


# weakness: retried_create (retry made a duplicate)
# A call without an answer is made again. If the answer was lost on its way back, there are two leads then.
# fixed by: with_token in crmcom_client.py
class RetriedCreate(CrmCom):
    """Tries again when CRM.COM does not answer as it should."""

    def with_token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """See the class."""
        try:
            return super().with_token(path, body)
        except Unavailable:
            return super().with_token(path, body)


# weakness: tokens_without_end (hang)
# A token is renewed for as long as CRM.COM says that it is over, which may be for ever.
# fixed by: with_token in crmcom_client.py
class TokensWithoutEnd(CrmCom):
    """Renews its token until that is taken."""

    def with_token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """See the class."""
        while True:
            try:
                return super().with_token(path, body)
            except Refused as refused:
                if refused.message != TOKEN_IS_OVER:
                    raise


WEAKNESSES: dict[str, type[CrmCom]] = {
    "code_in_the_text": CodeInTheText,
    "exact_media_type": ExactMediaType,
    "default_for_null": DefaultForNull,
    "plain_letters": PlainLetters,
    "declared_charset": DeclaredCharset,
    "documented_failures": DocumentedFailures,
    "retried_create": RetriedCreate,
    "tokens_without_end": TokensWithoutEnd,
}
