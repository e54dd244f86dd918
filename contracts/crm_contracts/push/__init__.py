"""Playing a CRM that sends: pushing to a receiver, and holding its answers to the contract.

`to_url`, `to_wsgi` and `to_asgi` open a way to a receiver; what they return pushes single records or streams of them,
and examines the receiver.
"""

from crm_contracts.push.answer import Answer, Examined
from crm_contracts.push.opening import to_asgi, to_url, to_wsgi
from crm_contracts.push.pusher import Pusher

__all__ = ["Answer", "Examined", "Pusher", "to_asgi", "to_url", "to_wsgi"]
