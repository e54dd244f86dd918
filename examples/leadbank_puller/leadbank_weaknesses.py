"""Pullers that are weak in one thing each, as people write them: `persistent.py` has one of them if it is told to."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from leadbank_puller import Lead, LeadBankError, Puller, Unavailable


# weakness: nameless_dealer (null handling)
# A default of get() stands for a dealer that is absent. One that is null cannot be compared with others.
# fixed by: turn in leadbank_puller.py
class NamelessDealer(Puller):
    """Orders by what comes."""

    def turn(self, lead: Lead) -> tuple[str, datetime]:
        """See the class."""
        return lead.get("BandDealerID", ""), self.created(lead)


# weakness: naive_dates (date parsing)
# Every date is taken to have a zone. One without it is read, but cannot be compared with others.
# fixed by: moment in leadbank_puller.py
class NaiveDates(Puller):
    """Reads what the library reads."""

    def moment(self, text: str) -> datetime:
        """See the class."""
        return datetime.fromisoformat(text)


# weakness: status_above_one (wrong type)
# 1 is success, all above it are refusals: which is right for numbers only.
# fixed by: check_success in leadbank_puller.py
class StatusAboveOne(Puller):
    """Compares what comes."""

    def check_success(self, answer: Mapping[str, Any]) -> None:
        """See the class."""
        if (answer.get("Status") or 0) > 1:
            raise LeadBankError(str(answer.get("Message")))


# weakness: title_of_a_page (wrong media type)
# What is labelled as HTML is taken to be a page with a title. Labels are wrong, too.
# fixed by: object_in in leadbank_puller.py
class TitleOfAPage(Puller):
    """Tells people what a proxy says."""

    def body_of(self, answer: httpx.Response, ends: float) -> bytes:
        """See the class."""
        body = super().body_of(answer, ends)
        if "html" in answer.headers.get("Content-Type", ""):
            raise Unavailable(re.search("<title>(.*?)</title>", body.decode("utf-8", "replace"))[1])
        return body


# weakness: first_byte (empty body)
# Pages of proxies are known by their first byte. A body may have none.
# fixed by: object_in in leadbank_puller.py
class FirstByte(Puller):
    """Looks at a body before it reads it."""

    def object_in(self, body: bytes) -> dict[str, Any]:
        """See the class."""
        if body[0] == ord("<"):
            raise Unavailable("a page came")
        return super().object_in(body)


# weakness: late_piece (slow body)
# The time limit raises the exception that Python has for it, which the program does not expect.
# fixed by: body_of in leadbank_puller.py
class LatePiece(Puller):
    """Watches the clock."""

    def body_of(self, answer: httpx.Response, ends: float) -> bytes:
        """See the class."""
        body = b""
        for piece in answer.iter_bytes():
            body += piece
            if time.monotonic() > ends:
                raise TimeoutError("LeadBank is too slow")
        return body


# weakness: until_it_answers (hang)
# A call is made again until it is answered. As long as LeadBank is down, that is for ever.
# fixed by: call in leadbank_puller.py
class UntilItAnswers(Puller):
    """Does not give up."""

    def call(self, path: str, body: Any) -> dict[str, Any]:
        """See the class."""
        while True:
            try:
                return super().call(path, body)
            except Unavailable:
                time.sleep(1)


WEAKNESSES: dict[str, type[Puller]] = {
    "nameless_dealer": NamelessDealer,
    "naive_dates": NaiveDates,
    "status_above_one": StatusAboveOne,
    "title_of_a_page": TitleOfAPage,
    "first_byte": FirstByte,
    "late_piece": LatePiece,
    "until_it_answers": UntilItAnswers,
}
