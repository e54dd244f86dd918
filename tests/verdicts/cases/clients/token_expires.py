"""Queues an expired token for the first lead, then runs crmcom_async.py with one lead."""

import asyncio
import json
import os
import urllib.request

import crmcom_async
import httpx

ADMIN = os.environ["CRM_MOCKS_URL"] + "/__admin/responses"
answer = {"operation": "crmcom.createLead", "example": "token_expired"}
urllib.request.urlopen(
    urllib.request.Request(ADMIN, json.dumps(answer).encode(), {"Content-Type": "application/json"}), timeout=60
)


async def main():
    async with httpx.AsyncClient() as http:
        print(await crmcom_async.CrmCom(http).create("Ada", "Byron"))


asyncio.run(main())
