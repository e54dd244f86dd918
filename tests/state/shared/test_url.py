"""URLs of the server that holds the state: what is refused, and what is shown of them."""

from __future__ import annotations

import pytest

from crm_mocks import create_app
from crm_mocks.errors import UsageError
from crm_mocks.state.shared.url import StateUrl


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("host:6379", "must be a URL such as"),
        ("http://host", "must be a URL such as"),
        ("redis+sentinel://host:1", "the name of the service is missing"),
        ("redis+sentinel://host:1/name/x", "the database 'x' must be a number"),
        ("redis+cluster://host", "'host' must be a host and a port"),
        ("rediss+cluster://host:1?db=1", "unknown option 'db': must be ssl_ca_certs"),
        ("redis+cluster://host:1?ssl_ca_certs=x", "unknown option 'ssl_ca_certs'$"),
        ("redis://host/x", "the database 'x' must be a number"),
        ("redis://host:99999/0", "the port must be a number up to 65535"),
        ("redis://host/0?foo=1", "unknown option 'foo': must be db, username, password"),
        ("redis://host/0?decode_responses=true", "unknown option 'decode_responses'"),
        ("unix:///socket?ssl_ca_certs=x", "unknown option 'ssl_ca_certs'"),
    ],
)
def test_a_malformed_url_is_refused(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"--state .*{message}"):
        create_app(["config_api"], state=url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://user:secret@host:6379/0", "redis://host:6379/0"),
        ("redis://user:sec@ret@host/0", "redis://host/0"),
        ("redis://user:sec/ret@host/0", "redis://host/0"),
        ("redis://user:sec?ret@host/0", "redis://…"),
        ("redis://host/0?password=secret", "redis://host/0"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0"),
        ("unix://user@/run/a@b?password=secret", "unix:///run/a@b"),
        ("redis+sentinel://user:secret@a:1,b:2/name/0", "redis+sentinel://a:1,b:2/name/0"),
    ],
)
def test_a_url_is_shown_without_credentials(url: str, shown: str) -> None:
    assert (str(StateUrl(url)), repr(StateUrl(url))) == (shown, f"StateUrl({shown!r})")


def test_the_message_about_a_malformed_url_has_no_part_of_the_password() -> None:
    with pytest.raises(UsageError) as error:
        StateUrl.parse("redis://user:sec/ret@host/0")
    assert "sec" not in str(error.value)


def test_replicas_are_not_waited_for_in_a_cluster() -> None:
    with pytest.raises(UsageError, match="cannot be used with a Cluster"):
        create_app(["config_api"], state="redis+cluster://host:1", settings={"state.wait_replicas": 1})
