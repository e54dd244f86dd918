"""A lead that is pushed again, changed."""

from __future__ import annotations

import json

from tests.vendors.activix.test_sender import NOW, made


def test_a_changed_lead_was_updated_later_than_before() -> None:
    bodies = {case.name: case.pushes[0].body for case in made().cases()}
    names = ("new-lead", "same-lead-again", "status-change", "salesperson-change")
    created, again, status, salesperson = (json.loads(bodies[name])["updated_at"] for name in names)
    assert created == again < status < salesperson <= NOW.isoformat()
