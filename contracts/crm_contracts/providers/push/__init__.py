"""Pushing to a receiver as a CRM does, and judging its responses.

`to_url`, `to_wsgi` and `to_asgi` return a `Pusher`, which sends single records or streams of them and examines the
receiver with the cases of the vendor:

    with to_url("activix", "http://127.0.0.1:8000/leads") as pusher:
        assert pusher.push().status == 200
"""

from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.providers.push.target import to_asgi, to_url, to_wsgi

__all__ = ["CaseResult", "Pusher", "ReceiverResponse", "to_asgi", "to_url", "to_wsgi"]
