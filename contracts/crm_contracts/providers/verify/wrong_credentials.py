"""Requests with credentials that the provider must refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests

from crm_contracts.providers.verify.sample_requests import GuardedSamples

IsRefused = Callable[[Any, Any], bool]
"""Returns whether a response refuses a case."""


class WrongCredentials:
    """Judges whether operations refuse wrong credentials, each once."""

    def __init__(self, samples: GuardedSamples, is_refused: IsRefused, seconds: float) -> None:
        """Judge nothing yet.

        Args:
            samples: know which credentials are wrong.
            is_refused: judges a response.
            seconds: time limit for a complete response.
        """
        self._samples = samples
        self._is_refused = is_refused
        self._seconds = seconds
        self._refusing: dict[str, bool] = {}

    def are_refused(self, case: Any, operation: str, sent: Any) -> bool:
        """Return whether an operation refuses missing and wrong credentials alike.

        Args:
            case: sent with the right ones.
            operation: operationId.
            sent: the prepared request.
        """
        if operation not in self._refusing:
            self._refusing[operation] = self._refuses_all(case, operation, sent)
        return self._refusing[operation]

    def _refuses_all(self, case: Any, operation: str, sent: Any) -> bool:
        names = {name.lower() for name in self._samples.headers(operation)}
        without = {name: value for name, value in sent.headers.items() if name.lower() not in names}
        url = _without_query(sent.url, self._samples.query(operation))
        return all(
            self._is_refused(
                case,
                requests.request(sent.method, url, headers={**without, **wrong}, data=sent.body, timeout=self._seconds),
            )
            for wrong in self._samples.wrong_headers(operation)
        )


def _without_query(url: str, names: Any) -> str:
    """Return a URL without the query parameters of the given names."""
    if not names:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in names]
    return urlunsplit(parts._replace(query=urlencode(kept)))
