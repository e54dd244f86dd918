"""The index on loopback that has the built files."""

from __future__ import annotations

import pytest

from tools.release.index import IndexHandler, IndexServer


@pytest.mark.parametrize(("error", "is_reported"), [(BrokenPipeError(), False), (ValueError("wrong"), True)])
def test_a_connection_that_is_dropped_is_not_reported(
    error: Exception, is_reported: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    with IndexServer(("127.0.0.1", 0), IndexHandler) as server:
        try:
            raise error
        except type(error):
            server.handle_error(None, ("127.0.0.1", 1))
    assert bool(capfd.readouterr().err) is is_reported
