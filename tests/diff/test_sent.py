"""Webhooks and callbacks are compared as what the provider sends and its clients answer."""

from __future__ import annotations

import pytest

from crm_contracts.diff import DocumentError, compare
from tests.diff.editing import GONE, edited, garage
from tests.diff.seeded import BOTH, CLIENTS, COMPATIBLE, NOTICE, PROVIDERS, SCHEMAS
from tests.diff.test_seeded import _below, _reported

_HOOK = "webhooks/carCreated/post"
_CALLBACK = "paths/~cars/post/callbacks/onSold/{$request.body#~url}/post"


def _content(schema):
    return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _sending(place=_HOOK):
    """Return a contract in which the provider sends `Got` and the receiver answers `Sent`."""
    operation = {
        "parameters": [{"name": "X-Event", "in": "header", "required": True, "schema": {"enum": ["new", "sold"]}}],
        "requestBody": {"required": True, **_content("Got")},
        "responses": {"200": {"description": "Received", **_content("Sent")}},
    }
    base = garage()
    path = {"post": {"operationId": "createCar", "responses": {"204": {"description": "Created"}}}}
    document = {"openapi": "3.1.0", "info": base["info"], "security": base["security"], "paths": {"/cars": path}}
    return edited({**document, "components": base["components"]}, {place: operation})


@pytest.mark.parametrize("place", [_HOOK, _CALLBACK], ids=["webhook", "callback"])
@pytest.mark.parametrize("row", SCHEMAS, ids=lambda row: row.about)
def test_what_a_provider_sends_is_judged_like_a_response(row, place):
    diff = compare(_sending(place), edited(_sending(place), _below("Got", row.edits)))
    assert _reported(diff) == row.response
    assert {change.place[0] for change in diff.changes} == {"request"}


@pytest.mark.parametrize("row", SCHEMAS, ids=lambda row: row.about)
def test_what_a_receiver_answers_is_judged_like_a_request(row):
    diff = compare(_sending(), edited(_sending(), _below("Sent", row.edits)))
    assert _reported(diff) == row.request
    assert {change.place[0] for change in diff.changes} == {"response"}


@pytest.mark.parametrize("place", [_HOOK, _CALLBACK], ids=["webhook", "callback"])
@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"": GONE}, {"operation-removed": BOTH}),
        ({"requestBody": GONE}, {"body-removed": BOTH}),
        ({"requestBody/required": False}, {"required": CLIENTS}),
        ({"requestBody/content/application~json": GONE}, {"media-type-removed": BOTH}),
        ({"requestBody/content/text~plain": {}}, {"media-type-added": CLIENTS}),
        ({"parameters/0/schema/enum": ["new"]}, {"enum": PROVIDERS}),
        ({"parameters/0/schema/enum/+": "lost"}, {"enum": CLIENTS}),
        ({"parameters/0/required": False}, {"required": CLIENTS}),
        ({"parameters": GONE}, {"member-removed": CLIENTS}),
        ({"parameters/+": {"name": "X-Try", "in": "header", "schema": {}}}, {"member-added": COMPATIBLE}),
        ({"responses/410": {"description": "Unsubscribe"}}, {"status-added": PROVIDERS}),
        ({"responses/200": GONE}, {"status-removed": CLIENTS}),
        ({"security": [{"key": []}]}, {"security": PROVIDERS}),
        ({"deprecated": True}, {"deprecated": NOTICE}),
        ({"callbacks": {"on": {}}}, {"not-compared": NOTICE}),
    ],
)  # fmt: skip
def test_a_change_of_what_is_sent_is_reported(place, edits, expected):
    new = edited(_sending(place), {"/".join(filter(None, (place, each))): value for each, value in edits.items()})
    assert _reported(compare(_sending(place), new)) == expected


@pytest.mark.parametrize("place", [_HOOK, _CALLBACK], ids=["webhook", "callback"])
def test_a_new_one_is_left_to_clients(place):
    assert _reported(compare(edited(_sending(place), {place: GONE}), _sending(place))) == {"operation-added": NOTICE}


def test_a_callback_that_goes_to_another_url_has_moved():
    old = edited(_sending(_CALLBACK), {f"{_CALLBACK}/operationId": "sold"})
    moved = _CALLBACK.replace("url", "other")
    new = edited(_sending(moved), {f"{moved}/operationId": "sold"})
    (change,) = compare(old, new).changes
    assert (change.operation, change.rule, change.breaks) == ("sold", "operation-moved", ("clients", "providers"))
    assert change.message == (
        "the operation is POST {$request.body#/other} (callback onSold of createCar),"
        " was POST {$request.body#/url} (callback onSold of createCar)"
    )


@pytest.mark.parametrize(
    ("place", "referring"), [(_HOOK, "webhooks/carCreated"), (_CALLBACK, "paths/~cars/post/callbacks/onSold")]
)
def test_references_are_followed(place, referring):
    inline = _sending(place)
    target = inline
    for step in referring.split("/"):
        target = target[step.replace("~", "/")]
    reference = {referring: {"$ref": "#/components/shared"}, "components/shared": target}
    assert compare(inline, edited(_sending(place), reference)).changes == ()


def test_the_security_of_the_document_does_not_concern_receivers():
    (change,) = compare(_sending(), edited(_sending(), {"security": GONE})).changes
    assert (change.operation, change.rule) == ("createCar", "security")


@pytest.mark.parametrize(
    ("place", "what"), [("webhooks", "webhooks"), ("paths/~cars/post/callbacks", "callbacks"), (_HOOK, "post")]
)
def test_what_is_no_object_is_an_error(place, what):
    with pytest.raises(DocumentError, match=f"'{what}' must be an object"):
        compare(_sending(), edited(_sending(), {place: ["x"]}))
