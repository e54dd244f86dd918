"""Playing a CRM that sends: pushing to a receiver, and holding its answers to the contract.

`to_url`, `to_wsgi` and `to_asgi` open a way to a receiver; what they return pushes single records or streams of them,
and examines the receiver.
"""

from crm_contracts.providers.push.pusher import Pusher
from crm_contracts.providers.push.receiver_response import CaseResult, ReceiverResponse
from crm_contracts.providers.push.target import to_asgi, to_url, to_wsgi

__all__ = ["CaseResult", "Pusher", "ReceiverResponse", "to_asgi", "to_url", "to_wsgi"]
