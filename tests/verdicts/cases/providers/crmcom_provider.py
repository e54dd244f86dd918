"""A stand-in of CRM.COM's lead service that holds requests to the contract's schemas; BUGS=... switches bugs on."""
import base64, copy, datetime, itertools, json, os, time, uuid
import jsonschema, yaml
from flask import Flask, jsonify, request

BUGS = set(os.environ.get("BUGS", "").split(","))
DOC = yaml.safe_load(open(os.environ["CONTRACT"]))
BASE = "/crmapi/rest/v2"
formats = jsonschema.FormatChecker()
@formats.checks("local-date-time", raises=ValueError)
def local(text):
    return not isinstance(text, str) or (len(text) >= 19 and datetime.datetime.fromisoformat(text[:26]).tzinfo is None)
def validator(path):
    schema = copy.deepcopy(DOC["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"])
    return jsonschema.Draft4Validator({**schema, "components": DOC["components"]}, format_checker=formats)
VALIDATORS = {path: validator(path) for path in DOC["paths"] if "requestBody" in DOC["paths"][path]["post"]}
LEAD = DOC["paths"][f"{BASE}/leads/create"]["post"]["responses"]["200"]["content"]["application/json"]["examples"]["created"]["value"]["data"]
tokens, numbers = {}, itertools.count(1000)
app = Flask(__name__); app.json.sort_keys = False

def ok(data): return jsonify(data=data, status={"code": "OK", "message": "", "description": ""})
def refuse(name, text, module="GENERAL", status=200):
    code = f"COM.CRM.EXCEPTION.{module}.{name}EXCEPTION"
    if "code" in BUGS: code = name
    body = jsonify(data={}, status={"code": code, "message": text, "description": text})
    body.status_code = 400 if "status" in BUGS and status == 200 else status
    return body
@app.errorhandler(404)
def e404(_): return refuse("PATHNOTFOUND", "no such path", status=404)
@app.errorhandler(405)
def e405(e):
    r = refuse("METHODNOTALLOWED", "no such method", status=405); r.headers["Allow"] = ", ".join(e.valid_methods); return r
def new_token():
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
    now = int(time.time())
    claims = {"usr": "demo", "org": "demo", "oun": "1", "iat": now, "exp": now + 7200, "jti": uuid.uuid4().hex}
    token = uuid.uuid4().hex.upper() if "hex" in BUGS else f"{part({'alg': 'HS256'})}.{part(claims)}.{uuid.uuid4().hex}"
    tokens[token] = now; return token
def read():
    if request.mimetype != "application/json": return refuse("MEDIATYPE", "json only", status=415)
    body = request.get_json(silent=True)
    if body is None: return refuse("MALFORMED", "no json")
    for error in VALIDATORS[request.path].iter_errors(body):
        if "importance" in BUGS and list(error.path) == ["importance"]: continue
        if "completion" in BUGS and error.validator == "format": continue
        return refuse("INVALID", error.message[:100])
    return body
@app.post(f"{BASE}/authentication/token")
def login():
    body = read()
    if not isinstance(body, dict): return body
    if (body["username"], body["password"], body["organisation"]) != ("demo", "demo", "demo"):
        return refuse("CREDENTIALS", "wrong", "SECURITY")
    return ok({"token": new_token()})
@app.post(f"{BASE}/authentication/web_api_key/token")
def key():
    body = read() if request.get_data() else {}
    if not isinstance(body, dict): return body
    a = request.authorization
    if not a or (a.username, a.password) != ("demo-web-key", ""): return refuse("KEY", "wrong key", "SECURITY")
    return ok({"token": new_token()})
@app.post(f"{BASE}/authentication/token/release")
def release():
    body = read()
    if not isinstance(body, dict): return body
    if body["token"] not in tokens: return refuse("TOKEN", "no such token", "SECURITY")
    if "release" not in BUGS: del tokens[body["token"]]
    return ok({})
@app.post(f"{BASE}/leads/create")
def create():
    body = read()
    if not isinstance(body, dict): return body
    if body["token"] not in tokens: return refuse("TOKEN", "no such token", "SECURITY")
    n = next(numbers)
    return ok({**LEAD, "id": uuid.uuid4().hex.upper(), "number": n if "number" in BUGS else str(n)})
if __name__ == "__main__":
    from werkzeug.serving import make_server
    s = make_server("127.0.0.1", 0, app, threaded=True); print("ready", s.server_port, flush=True); s.serve_forever()
