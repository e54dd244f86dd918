"""The verdict on many sessions is that of each, merged."""

from __future__ import annotations

from random import Random

from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.plain_sessions import is_plain
from crm_contracts.judge.sessions.session_record import session_record
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, queue, verdict


def some(toy: Api, session: str, random: Random) -> None:
    """Send requests most of which keep the contract."""
    for number in range(random.randrange(4)):
        toy.post(f"/~{session}{CONTACTS}", json={"email": f"{number}@b.c", "born": "1990-12-10"})
    kind = random.randrange(8)
    if kind == 0:
        create(toy, 5, session)
    elif kind == 1:
        toy.get(f"/~{session}/toy/nothing")
    elif kind == 2:
        queue(toy, status=503, session=session)
        create(toy, session=session)
    elif kind == 3:
        queue(toy, status=503, session=session)
    elif kind == 4:
        toy.post("/__admin/sessions", json={"session": session, "allow": [f"{OPERATION}:400"]})


def test_what_is_missing_of_any_session_is_in_the_verdict_on_all(toy: Api) -> None:
    names = ["one", "two", "three"]
    for name in names:
        create(toy, session=name)
        toy.app.mock_app.sessions.get(name).lost = f"{name} is incomplete"
    assert verdict(toy, *names).complaints == tuple(sorted(f"session {name}: {name} is incomplete" for name in names))


def test_the_verdict_on_many_sessions_is_that_of_each_merged(toy: Api) -> None:
    random = Random(1)
    names = [f"session-{number}" for number in range(60)]
    for name in names:
        create(toy, session=name)
        some(toy, name, random)
    records = [session_record(toy.app.mock_app, toy.app.mock_app.sessions.get(name)) for name in names]
    assert 10 < sum(map(is_plain, records)) < 60
    for vendors, allow in (((), ()), (("toy",), (f"{OPERATION}:*",))):
        whole = verdict(toy, *names, vendors=vendors, allow=allow)
        assert whole == merge([verdict(toy, name, vendors=vendors, allow=allow) for name in names])
    assert whole.exchanges == sum(seen.count for record in records for seen in record.stats.exchanges.values())
