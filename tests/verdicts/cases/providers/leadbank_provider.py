"""A stand-in of LeadBank, written from its page and its framework's habits; BUGS=... switches bugs on."""
import datetime, json, os, re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import unquote_plus

BUGS = set(os.environ.get("BUGS", "").split(","))
INTEGER = re.compile(r"\s*[+-]?\d+\s*")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?")
lock = Lock()

class Wrong(Exception): pass
def lead(n):
    day = "2024-10-15T05:29:19.5139414+02:00"
    return {"IDLeadBank": n, "IDprovider": 12, "NameProvider": "La Centrale", "IDService": 3, "NameService": "Essai", "State": 0,
            "IDCampaign": None, "NameCampaign": None, "BandDealerID": None, "ExternalLeadID": "LC-1", "QualificationDate": day,
            "CreateDate": "15/10/2024" if "date" in BUGS else day, "Contents": [{"ID": 1, "Key": "LastName", "Value": "Martin", "Type": 1}]}
LEADS = {n: lead(n) for n in range(1001, 1801)}

def integer(value, null=False):
    if value is None and null: return None
    if isinstance(value, str) and INTEGER.fullmatch(value): value = int(value)
    if isinstance(value, float) and value.is_integer(): value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -2**31 <= value < 2**31: raise Wrong("an integer")
    return value
def date(value):
    if not isinstance(value, str) or not DATE.fullmatch(value): raise Wrong("a date")
    try: datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", value))
    except ValueError: raise Wrong("a date")
def array(value):
    if not isinstance(value, list): raise Wrong("an array")
    return value
def status(code, text): return 200, {"Status": str(code) if "status" in BUGS else code, "Message": text}
def get_leads(body):
    amount = 10 if body is None or "amount" in BUGS and not isinstance(body, (int, str)) else integer(body)
    batch = [each for each in LEADS.values() if each["State"] == 1] or [each for each in LEADS.values() if each["State"] == 0][:amount if amount > 0 else 10]
    for each in batch: each["State"] = 1
    code, answer = status(1, "Leads sent.")
    return code, {**answer, "Leads": batch}
def confirm(body):
    ids = [integer(each) for each in array(body)] if body else [n for n, each in LEADS.items() if each["State"] == 1]
    if body is not None: array(body)
    if not ids: return status(2, "Nothing.")
    if any(n not in LEADS for n in ids): return status(3, "Unknown.")
    if any(LEADS[n]["State"] == 0 for n in ids): return status(4, "Not sent.")
    for n in ids: LEADS[n]["State"] = 1 if "confirm" in BUGS else 2
    return status(1, "Done.")
def acknowledge(body):
    for entry in array(body) if body is not None else []:
        if not isinstance(entry, dict) or not {"IDLeadBank", "LeadEvents"} <= entry.keys(): raise Wrong("members")
        integer(entry["IDLeadBank"])
        for event in array(entry["LeadEvents"]):
            if not isinstance(event, dict) or "DateAction" not in event: raise Wrong("members")
            for name in ("IDstatus", "IDreason"):
                if "crash" in BUGS and name in event and event[name] is None: raise ZeroDivisionError
                integer(event.get(name), null=True)
            date(event["DateAction"])
    if not body: return status(2, "Nothing.")
    ids = [integer(entry["IDLeadBank"]) for entry in body]
    if any(n not in LEADS for n in ids): return status(3, "Unknown.")
    if any(LEADS[n]["State"] != 2 and "confirm" not in BUGS for n in ids): return status(4, "Not received.")
    return status(1, "Done.")
ROUTES = {"/api/leads": get_leads, "/api/leads/validategetleads": confirm, "/api/leads/sendacknos": acknowledge}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"; wbufsize = -1
    def __getattr__(self, name):
        if name.startswith("do_"): return self.serve
        raise AttributeError(name)
    def serve(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        route = ROUTES.get(self.path.partition("?")[0].lower())
        if route is None: return self.send(404, {"Message": f"No HTTP resource was found that matches the request URI '{self.path}'."})
        if self.command != "POST": return self.send(405, {"Message": f"The requested resource does not support http method '{self.command}'."}, Allow="POST")
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        try:
            if kind == "application/x-www-form-urlencoded" and route is get_leads:
                name, _, value = raw.decode("ascii").partition("=")
                body = unquote_plus(value) if name == "" and "&" not in value else None
                if raw and body is None: raise Wrong("one value")
            elif raw and kind not in ("application/json", "text/json"):
                return self.send(415, {"Message": f"The request entity's media type '{kind}' is not supported for this resource."})
            else: body = json.loads(raw, parse_constant=lambda _: 1 / 0) if raw else None
            if raw.strip() == b"null" and route is get_leads: raise Wrong("an integer")
            with lock: code, answer = route(body)
        except (Wrong, ValueError) as error:
            code, answer = 400, {"Message": "The request is invalid.", "ModelState": {"value": [str(error)]}}
        except ZeroDivisionError: code, answer = 500, {"Message": "An error has occurred."}
        self.send(code, answer)
    def send(self, code, answer, **headers):
        raw = json.dumps(answer).encode()
        self.send_response(code)
        for name, value in {"Cache-Control": "no-cache", "Pragma": "no-cache", "Expires": "-1", "Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(raw)), **headers}.items(): self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD": self.wfile.write(raw)
    def log_message(self, *_): pass
if __name__ == "__main__":
    s = ThreadingHTTPServer(("127.0.0.1", 0), Handler); print("ready", s.server_port, flush=True); s.serve_forever()
