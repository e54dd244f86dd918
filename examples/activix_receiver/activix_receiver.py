"""A receiver of the leads that Activix pushes."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import Authorization

Lead = dict[str, Any]
ACTIVE = "active"


class Receiver:
    """Takes leads over.

    Args:
        accounts: ids of the dealers whose leads are wanted.
        username: that Activix authenticates with.
        password: likewise.

    Attributes:
        leads: as they were last pushed, by id.
    """

    success = 200

    def __init__(self, accounts: set[int], username: str, password: str) -> None:
        self.leads: dict[int, Lead] = {}
        self._accounts = accounts
        self._known = f"{username}:{password}"

    def app(self) -> Flask:
        """Return the web application."""
        app = Flask("activix_receiver")
        app.add_url_rule("/activix/leads", view_func=self.receive, methods=["POST"])
        return app

    def receive(self) -> Response | tuple[Response, int]:
        """Answer a push."""
        if not self._is_authentic():
            return jsonify(message="Invalid credentials."), 401
        pushed = request.get_json(force=True)  # Activix may leave Content-Type away
        if not isinstance(pushed, dict) or "id" not in pushed:
            return jsonify(message="The given data was invalid."), 422
        if self.account_of(pushed) not in self._accounts:
            return jsonify(message="Unknown Account."), 422
        self.leads[pushed["id"]] = self.read(pushed)  # the same id again: a change, with all of the lead
        return Response(status=self.success, content_type="text/plain")

    def _is_authentic(self) -> bool:
        # Activix's document calls the header Authentication, its clients send Authorization.
        header = request.headers.get("Authorization") or request.headers.get("Authentication")
        came = Authorization.from_header(header)
        if came is None or came.type != "basic":
            return False
        return hmac.compare_digest(f"{came.username}:{came.password}".encode(), self._known.encode())

    def account_of(self, pushed: Lead) -> Any:
        """Return the id of the dealer, which stands in one of two places."""
        return pushed.get("account_id") or (pushed.get("account") or {}).get("id")

    def read(self, pushed: Lead) -> Lead:
        """Return what is kept of a lead."""
        return {
            "name": " ".join(filter(None, (pushed.get("first_name"), pushed.get("last_name")))),
            "status": self.status_of(pushed),
            "created_at": self.moment(pushed.get("created_at")),
        }

    def status_of(self, pushed: Lead) -> str:
        """Return the status; Activix sends null for an active lead."""
        return pushed.get("status") or ACTIVE

    def moment(self, text: str | None) -> datetime | None:
        """Read a time stamp, which may also be null or empty."""
        return datetime.fromisoformat(text) if text else None
