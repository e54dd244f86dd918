"""The sender fixtures, with in-process receivers."""

from __future__ import annotations

from tests.pytest_plugin.conftest import UserSuite

RECEIVERS = """
from crm_mocks import create_app

GOOD = create_app()

def bad(environ, start):
    start("201 Created", [("Content-Type", "text/plain")])
    return [b""]

"""


def test_a_receiver_that_breaks_the_contract_fails_its_test(suite: UserSuite) -> None:
    suite.ini("crm_mocks_seed = 5", "crm_mocks_now = 2026-01-31T12:00:00Z", "crm_mocks_set = config_api.rate_limit=off")
    suite.write(
        RECEIVERS
        + """
def test_good(activix_sender):
    pusher = activix_sender.to_asgi(GOOD)
    assert all(case.passed for case in pusher.examine())
    assert pusher.generated()["created_at"] < "2026-01-31T12"

def test_bad(activix_sender):
    assert activix_sender.to_wsgi(bad).push().status == 201

def test_bad_but_forgotten(activix_sender):
    pusher = activix_sender.to_wsgi(bad)
    pusher.push()
    pusher.forget()

def test_settings(activix_sender):
    pusher = activix_sender.to_asgi(GOOD, settings={"activix.known_accounts": [7]})
    assert pusher.push().json == {"message": "Unknown Account."}

def test_invalid_path(activix_sender):
    with pytest.raises(Exception, match="must start with /"):
        activix_sender.to_wsgi(bad, "leads")
"""
    )
    result = suite.run("-q")
    assert (result.count("passed"), result.count("failed"), result.count("error")) == (4, 1, 0), result.out
    assert "crm-mocks: the receiver broke the contract in test_bad" in result.out
    assert "activix.createLead 201 status undocumented-status" in result.out
    assert suite.leftovers == []


def test_a_receiver_that_breaks_the_contract_in_a_teardown_is_an_error(suite: UserSuite) -> None:
    suite.write(
        RECEIVERS
        + """
@pytest.fixture
def late(activix_sender):
    yield
    activix_sender.to_wsgi(bad).push()

def test_late(late):
    pass
"""
    )
    result = suite.run("-q")
    assert (result.count("passed"), result.count("failed"), result.count("error")) == (1, 0, 1), result.out


def test_only_sending_crms_have_a_sender_fixture(suite: UserSuite) -> None:
    result = suite.run("--fixtures", "-q")
    assert "activix_sender -- " in result.out
    assert result.out.count("_sender -- ") == 1
