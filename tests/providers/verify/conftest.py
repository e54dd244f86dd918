"""All tests of `crm-mocks verify` have schemathesis start at once, and leave libraries as they were."""

from __future__ import annotations

import pytest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection


@pytest.fixture(autouse=True)
def _quick_schemathesis(quick_python: None) -> None:
    """See `quick_python`."""


@pytest.fixture(autouse=True)
def _libraries_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what `verify` changes for its whole process, in which other tests follow."""
    monkeypatch.setattr(HTTPConnection, "response_class", HTTPConnection.response_class)
    monkeypatch.setattr(HTTPAdapter, "cert_verify", HTTPAdapter.cert_verify)
