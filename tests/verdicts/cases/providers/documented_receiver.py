#!/usr/bin/env python3
"""Receiver for Activix CRM lead pushes (Flask + SQLite).

    PORT=8080 python documented_receiver.py        (PORT=0 or unset: any free port)

Prints `ready PORT` when it listens.  SIGTERM/SIGINT: exit 0.  Cannot start: exit 1.

Environment
  PORT        port to listen on
  HOOK_PATH   path of the push                               (default /example)
  ACCOUNTS    dealer accounts we know, comma separated; `*` for any (default 66)
  AUTH_USER, AUTH_PASS   Basic credentials expected (unset: any Basic will do)
  AUTH_TOKEN             Bearer token expected      (unset: any Bearer will do)
  DB_DIR      folder of leads.sqlite              (default: a fresh temp folder)
  BUG         one of BUGS
"""
import base64
import hmac
import json
import logging
import os
import signal
import sqlite3
import sys
import tempfile

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

BUG = os.environ.get("BUG", "")
BUGS = {"", "content_type_required", "crash_on_null", "unknown_account_404", "no_auth", "insert_only"}
HOOK_PATH = os.environ.get("HOOK_PATH", "/example")
ACCOUNTS = {a.strip() for a in os.environ.get("ACCOUNTS", "66").split(",") if a.strip()}
USER, PASS = os.environ.get("AUTH_USER"), os.environ.get("AUTH_PASS", "")
TOKEN = os.environ.get("AUTH_TOKEN")
DB = os.path.join(os.environ.get("DB_DIR") or tempfile.mkdtemp(prefix="activix-"), "leads.sqlite")

logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
log = logging.getLogger("receiver")

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 4 * 1024 * 1024

TEXT_COLUMNS = ("first_name", "last_name", "civility", "second_contact", "second_contact_civility",
                "division", "type", "source", "status", "locale", "city", "postal_code",
                "province", "country", "birth_date", "created_at", "updated_at")


def connect():
    db = sqlite3.connect(DB, timeout=10)
    db.execute("PRAGMA foreign_keys = ON")
    return db


def create_tables():
    with connect() as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE IF NOT EXISTS leads (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL,"
                   " gender INTEGER, " + ", ".join(f"{c} TEXT" for c in TEXT_COLUMNS) + ", raw TEXT NOT NULL)")
        db.execute("CREATE TABLE IF NOT EXISTS lead_items (lead_id INTEGER NOT NULL REFERENCES leads(id)"
                   " ON DELETE CASCADE, kind TEXT NOT NULL, position INTEGER NOT NULL, raw TEXT NOT NULL,"
                   " PRIMARY KEY (lead_id, kind, position))")


def message(status, text):
    response = jsonify(message=text)
    response.status_code = status
    return response


def authenticated():
    # The document calls the header "Authentication"; HTTP calls it "Authorization". Take either.
    value = request.headers.get("Authorization") or request.headers.get("Authentication") or ""
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "basic" and rest:
        try:
            user, colon, password = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        except ValueError:
            return False
        if USER is not None:
            return hmac.compare_digest(user.encode(), USER.encode()) and \
                hmac.compare_digest(password.encode(), PASS.encode())
        return bool(colon) and TOKEN is None
    if scheme.lower() == "bearer" and rest:
        if TOKEN is not None:
            return hmac.compare_digest(rest.encode("utf-8", "replace"), TOKEN.encode())
        return USER is None
    return False


def is_int(value):
    return isinstance(value, int) and not isinstance(value, bool)


def account_of(lead):
    account = lead.get("account")
    if isinstance(account, dict) and is_int(account.get("id")):
        return account["id"]
    return lead["account_id"] if is_int(lead.get("account_id")) else None


def as_text(value):
    if value is None:
        return None
    if not isinstance(value, str):
        value = json.dumps(value)
    return value.encode("utf-8", "replace").decode("utf-8")


def store(lead, account):
    if BUG == "crash_on_null":
        civility = lead.get("second_contact_civility", "").upper()
        log.info("second contact: %s %s", civility, lead.get("second_contact", ""))
    row = {c: as_text(lead.get(c)) for c in TEXT_COLUMNS}
    row.update(id=lead["id"], account_id=account, raw=json.dumps(lead),
               gender=lead.get("gender") if is_int(lead.get("gender")) else None)
    names = list(row)
    sql = f"INSERT INTO leads ({', '.join(names)}) VALUES ({', '.join(':' + n for n in names)})"
    if BUG != "insert_only":
        # The same lead may come again (it was updated, or Activix did not see our answer).
        sql += " ON CONFLICT(id) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in names if n != "id")
    db = connect()
    try:
        with db:
            db.execute(sql, row)
            db.execute("DELETE FROM lead_items WHERE lead_id = ?", (lead["id"],))
            for kind in ("emails", "phones", "vehicles"):
                items = lead.get(kind)
                for n, item in enumerate(items if isinstance(items, list) else []):
                    db.execute("INSERT INTO lead_items VALUES (?, ?, ?, ?)", (lead["id"], kind, n, json.dumps(item)))
    finally:
        db.close()


@app.post(HOOK_PATH)
def push():
    if BUG != "no_auth" and not authenticated():
        response = message(401, "Unauthorized.")
        response.headers["WWW-Authenticate"] = 'Basic realm="leads"'
        return response
    if BUG == "content_type_required":
        lead = request.get_json()
    else:
        try:
            lead = json.loads(request.get_data())     # Content-Type is optional, so do not look at it
        except (ValueError, RecursionError):
            return message(400, "Body is not valid JSON.")
    if not isinstance(lead, dict):
        return message(400, "Body is not a lead object.")
    if not is_int(lead.get("id")) or not 0 < lead["id"] < 2 ** 63:
        return message(400, "id must be a positive integer.")
    account = account_of(lead)
    if account is None or ("*" not in ACCOUNTS and str(account) not in ACCOUNTS):
        log.info("lead %s: unknown account %s", lead["id"], account)
        return message(404 if BUG == "unknown_account_404" else 422, "Unknown Account.")
    store(lead, account)
    log.info("stored lead %s of account %s", lead["id"], account)
    return Response("", status=200, mimetype="text/plain")


@app.errorhandler(HTTPException)
def http_error(error):
    return message(error.code, error.name + ".")


@app.errorhandler(Exception)
def crash(error):
    log.exception("failed")
    return message(500, "Internal Server Error.")


def main():
    if BUG not in BUGS:
        sys.exit(f"unknown BUG {BUG!r}")
    try:
        create_tables()
        server = make_server("127.0.0.1", int(os.environ.get("PORT") or 0), app, threaded=True)
    except (OSError, ValueError, OverflowError, sqlite3.Error) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    for s in (signal.SIGTERM, signal.SIGINT):
        signal.signal(s, lambda *_: sys.exit(0))
    print("database", DB, file=sys.stderr)
    print("ready", server.server_port, flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
