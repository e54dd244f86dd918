"""The operations of Toy CRM, named by operationId."""

from __future__ import annotations

from crm_mocks.vendor import DocumentedRefusal, MockResponse, RequestContext, documented


async def createContact(context: RequestContext) -> MockResponse:
    """Store a contact, each e-mail address once."""
    if await context.records.find("contacts", "email", context.body["email"]):
        raise DocumentedRefusal(context, "duplicate")
    contact = {**context.body, "id": await context.records.next("contact")}
    await context.records.put("contacts", contact)
    return documented(context, "created", contact)
