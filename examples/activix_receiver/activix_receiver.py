"""A receiver of the leads that Activix pushes."""

from __future__ import annotations

import hmac
import json
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.datastructures import Authorization

from activix_lead import KEPT, Invalid, integer, read

Lead = dict[str, Any]
ACTIVE = "active"


class UnknownAccount(Exception):
    """A lead is of a dealer whose leads are not wanted."""


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
    kept = KEPT

    def __init__(self, accounts: set[int], username: str, password: str) -> None:
        self.leads: dict[int, Lead] = {}
        self._accounts = accounts
        self._known = f"{username}:{password}"

    def app(self) -> Flask:
        """Return the web application."""
        app = Flask("activix_receiver")
        app.add_url_rule("/activix/leads", view_func=self.receive, methods=["POST"])
        return app

    def receive(self) -> Response | tuple[Response, int] | tuple[Response, int, dict[str, str]]:
        """Answer a push."""
        if not self._is_authentic():
            return jsonify(message="Invalid credentials."), 401, {"WWW-Authenticate": 'Basic realm="activix"'}
        try:
            pushed = json.loads(request.get_data())  # Activix may leave Content-Type away
        except (ValueError, RecursionError):
            return jsonify(message="The body is not valid JSON."), 400
        try:
            self.take(pushed)
        except UnknownAccount:
            return jsonify(message="Unknown Account."), 422
        except Invalid as error:
            return jsonify(message="The given data was invalid.", errors=error.errors), 422
        return Response(status=self.success, content_type="text/plain")

    def take(self, pushed: Any) -> None:
        """Take a lead over; the same id again is a change, with all of the lead.

        Raises:
            Invalid: it is not as documented.
            UnknownAccount: it is another dealer's.
        """
        if not isinstance(pushed, dict):
            raise Invalid({"lead": ["The lead must be an object."]})
        identity = read(pushed, {"id": integer, "account_id": integer})
        if identity["id"] is None:
            raise Invalid({"id": ["The id field is required."]})
        kept = read(pushed, self.kept)
        account = self.account_of(pushed)
        if not isinstance(account, int) or account not in self._accounts:
            raise UnknownAccount
        self.leads[pushed["id"]] = kept | {"status": kept["status"] or ACTIVE}

    def _is_authentic(self) -> bool:
        # Activix's document calls the header Authentication, its clients send Authorization.
        header = request.headers.get("Authorization") or request.headers.get("Authentication")
        came = Authorization.from_header(header)
        if came is None or came.type != "basic":
            return False
        return hmac.compare_digest(f"{came.username}:{came.password}".encode(), self._known.encode())

    def account_of(self, pushed: Lead) -> Any:
        """Return the id of the dealer, which stands in one of two places, or in both.

        Raises:
            Invalid: they differ.
        """
        named, account = pushed.get("account_id"), pushed.get("account")
        linked = account.get("id") if isinstance(account, dict) else None
        if named is not None and linked is not None and named != linked:
            raise Invalid({"account_id": ["The account id and account.id must match."]})
        return linked if named is None else named
