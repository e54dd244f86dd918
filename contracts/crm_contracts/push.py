"""The public API of pushing: `from crm_contracts import push`; see docs/push.md."""

from crm_contracts.providers.push import CaseResult, Pusher, ReceiverResponse, to_asgi, to_url, to_wsgi

__all__ = ["CaseResult", "Pusher", "ReceiverResponse", "to_asgi", "to_url", "to_wsgi"]
