"""From a matched call to its answer: steering, then security, validation and operation, through connexion."""

from __future__ import annotations

import logging
from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.errors import Refusal
from crm_mocks.host.connexion_app import CALL, connexion_app
from crm_mocks.host.steering import Chosen, choose
from crm_mocks.host.suite import Suite
from crm_mocks.host.switchboard import Match
from crm_mocks.host.validation import examine, read_body
from crm_mocks.problems import Problem

log = logging.getLogger("crm_mocks")


class Pipeline:
    """Finds the answer to a call."""

    def __init__(self, suite: Suite) -> None:
        self._connexion = connexion_app(suite.vendors, suite.contracts)

    async def answer(self, call: Call, scope: dict[str, Any]) -> tuple[Chosen, Answer]:
        """Return the answer to a call of a known operation, and how it was chosen.

        Raises:
            PreferenceRefused: the request prefers what the operation does not document.
        """
        read_body(call)
        chosen = await choose(call)
        if chosen.rehearses:
            call.rehearsal = True
            call.records = await call.session.rehearsal(call.vendor.name)
        natural = await self._natural(call, scope)
        return chosen, natural if chosen.answer is None else chosen.answer

    async def unmatched(self, call: Call, match: Match) -> Answer:
        """Return the vendor's answer to a path or method that is not in its contract."""
        answer = await call.vendor.answer_anyway(call)
        if answer is not None:
            return answer
        if not match.allowed:
            call.violate(("path",), "path", f"{call.contract.title} has no such path")
            return call.vendor.refuse(call, Problem.NO_SUCH_PATH)
        allowed = ", ".join(match.allowed)
        call.violate(("method",), "method", f"the path allows {allowed}", list(match.allowed))
        answer = call.vendor.refuse(call, Problem.METHOD_NOT_ALLOWED)
        answer.headers.append(("Allow", allowed))
        return answer

    async def _natural(self, call: Call, scope: dict[str, Any]) -> Answer:
        """Return what the mock answers by itself; whatever goes wrong becomes the vendor's own error."""
        scope[CALL] = call
        try:
            await self._connexion(scope, None, None)
        except Refusal as refusal:
            call.refused = True
            examine(call)
            known = {(each.location, each.rule, each.message) for each in call.violations}
            further = (each for each in refusal.violations if (each.location, each.rule, each.message) not in known)
            call.violations.extend(further)
            return refusal.answer
        except Exception as error:  # noqa: BLE001  # whatever goes wrong becomes the vendor's own 500
            return self._refuse_otherwise(call, error)
        assert call.answer is not None  # the endpoint leaves one or raises
        return call.answer

    @staticmethod
    def _refuse_otherwise(call: Call, error: Exception) -> Answer:
        """Answer an exception that is no vendor's: connexion's own for absent credentials, or a defect of ours."""
        if getattr(error, "status_code", None) == 401 or getattr(error, "status", None) == 401:
            call.violate(("security",), "credentials", "credentials are required")
            examine(call)
            return call.vendor.refuse(call, Problem.UNAUTHENTICATED)
        log.error("%s %s failed", call.method, call.path, exc_info=error)
        return call.vendor.refuse(call, Problem.CRASH)
