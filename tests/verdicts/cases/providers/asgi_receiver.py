"""A receiver of Activix pushes as an ASGI service: a token in the URL, a tenant header, two URLs, a log; BUGS=... ."""

import asyncio
import json
import os
from urllib.parse import parse_qs

import uvicorn

BUGS = set(os.environ.get("BUGS", "").split(","))
LOG = open(os.environ["LOG"], "a", buffering=1)
TYPES = {"email", "phone", "walk_in", "loyalty", "renewal", "sms", "event", "pre_booking"}
KNOWN = {"id", "account_id", "account", "emails", "phones", "vehicles"}
leads = {}


def problem(place, text):
    return 422, {"detail": [{"loc": ["body", place], "msg": text}]}


def take(lead, is_update):
    if not isinstance(lead, dict) or not isinstance(lead.get("id"), int):
        return problem("id", "field required")
    if not isinstance(lead.get("first_name"), str | None):
        return problem("first_name", "str type expected")
    if "forbid" in BUGS and "agreed_later" in lead:
        return problem("agreed_later", "extra fields not permitted")
    if "types" in BUGS and lead.get("type") in ("event", "pre_booking"):
        return problem("type", "value is not a valid enumeration member")
    account = lead.get("account_id") if "one-place" in BUGS else lead.get("account_id") or (lead.get("account") or {}).get("id")
    if account not in (44, 66):
        return 422, {"message": "Unknown Account."}
    if "overflow" in BUGS and lead["id"] >= 2**31:
        raise OverflowError("integer out of range")
    if "empty" in BUGS and lead.get("emails") == []:
        lead["emails"][0]
    if "created-only" in BUGS and is_update:
        return 405, {"detail": "Method Not Allowed"}
    if is_update and lead["id"] not in leads and "unseen" in BUGS:
        return 404, {"detail": "Not Found"}
    if not ("drop" in BUGS and lead.get("vehicles") == []):
        leads[lead["id"]] = lead
        LOG.write(f"stored lead {lead['id']}\n")
    return (201 if "created" in BUGS and not is_update else 200), {"received": True}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    status, answer = respond(scope, body)
    content = b"Internal Server Error" if answer is None else json.dumps(answer).encode()
    kind = b"text/plain" if answer is None else b"application/json"
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": content})


def respond(scope, body):
    headers = dict(scope["headers"])
    token = parse_qs(scope["query_string"].decode()).get("token", [""])[0]
    if token != "s3cret-token" and "no-token" not in BUGS:
        return 401, {"detail": "Not authenticated"}
    if headers.get(b"x-tenant") != b"7":
        return 400, {"detail": "X-Tenant is missing"}
    if scope["path"] not in ("/created", "/updated"):
        return 404, {"detail": "Not Found"}
    try:
        return take(json.loads(body), scope["path"] == "/updated")
    except ValueError:
        return 422, {"detail": [{"loc": ["body"], "msg": "JSON decode error"}]}
    except Exception:
        return 500, None


async def main():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print("ready", server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


asyncio.run(main())
