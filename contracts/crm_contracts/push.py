"""Test a receiver by pushing to it as a CRM does; see docs/push.md.

Example:
    from crm_contracts import push

    with push.to_wsgi("activix", application, "/leads") as pusher:
        assert pusher.push().status == 201
        assert not pusher.verdict().failing
"""

from crm_contracts.providers.push import CaseResult, Pusher, ReceiverResponse, to_asgi, to_url, to_wsgi

__all__ = ["CaseResult", "Pusher", "ReceiverResponse", "to_asgi", "to_url", "to_wsgi"]
