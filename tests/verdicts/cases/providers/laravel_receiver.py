"""A receiver of Activix pushes that behaves like a Laravel controller with a form request; BUGS=... for slips."""

import base64
import http.server
import json
import os
import re

BUGS = set(os.environ.get("BUGS", "").split(","))
BASIC = "Basic " + base64.b64encode(b"activix:activix-secret").decode()
LEADS = {}
DATE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d" + (r"\+00:00" if "zulu" in BUGS else r"(\.\d+)?(Z|[+-]\d\d:\d\d)")
)


def invalid(lead):
    """Return the errors of the validator by attribute, in dot notation."""
    errors = {}
    if not isinstance(lead, dict):
        return {"lead": ["The lead must be an object."]}
    if not isinstance(lead.get("id"), int):
        errors["id"] = ["The id must be an integer."]
    elif "unique" in BUGS and lead["id"] in LEADS:
        errors["id"] = ["The id has already been taken."]
    for name, value in lead.items():
        if name.endswith(("_at", "_date")) and name != "birth_date" and value and not DATE.fullmatch(str(value)):
            errors[name] = [f"The {name} is not a valid date."]
        if name in ("first_name", "last_name", "city", "source") and not isinstance(value, str | None):
            errors[name] = [f"The {name} must be a string."]
    if "nullable" in BUGS and "city" in lead and lead["city"] is None:
        errors["city"] = ["The city must be a string."]
    if "required" in BUGS and not lead.get("emails"):
        errors["emails"] = ["The emails field is required."]
    for place, vehicle in enumerate(lead.get("vehicles") or []):
        if "digits" in BUGS and isinstance(vehicle.get("year"), int):
            errors[f"vehicles.{place}.year"] = ["The year must be a string."]
    return errors


class Controller(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, body = self.handle_push(raw)
        if status == 500:
            return self.respond(500, b"<html>Whoops, looks like something went wrong.</html>", "text/html")
        self.respond(status, json.dumps(body).encode(), "application/json")

    def handle_push(self, raw):
        if self.headers.get("Authorization") != BASIC and "open" not in BUGS:
            return 401, {"message": "Unauthenticated."}
        try:
            lead = json.loads(raw)
        except ValueError:
            lead = {}  # as Laravel reads broken JSON: no input
        errors = invalid(lead)
        if errors:
            if "errors" in BUGS:
                return 422, {"errors": errors}
            return 422, {"message": "The given data was invalid.", "errors": errors}
        account = (lead.get("account") or {}).get("id") or lead.get("account_id")
        if account not in (44, 66):
            return 422, {"message": "Account not found." if "message" in BUGS else "Unknown Account."}
        if "carbon" in BUGS and any(lead.get(name) == "" for name in lead if name.endswith("_date")):
            return 500, {}
        if "accent" in BUGS and not json.dumps(lead, ensure_ascii=False).isascii():
            return 500, {}  # a table in latin1
        LEADS[lead["id"]] = lead
        return (202 if "queued" in BUGS else 200), {"message": "Lead created successfully"}

    def respond(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.flush_headers = lambda: None  # head and body leave together
        self.end_headers()
        self.wfile.write(b"".join(self._headers_buffer) + body)
        self._headers_buffer = []

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Controller)
print("ready", server.server_port, flush=True)
server.serve_forever()
