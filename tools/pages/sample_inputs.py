"""Clients with mistakes, traffic and contracts that the sample reports are about."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import httpx

import crm_mocks

CLIENT: Final = """\
import os, httpx
with httpx.Client(base_url=os.environ["CRM_MOCKS_CONFIG_API_URL"], headers={"x-api-key": "demo-key"}) as crm:
    customer = {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}
    crm.get("/v1/leads/config")
    crm.post("/v1/leads/create", json={"leadCustomer": customer})
    for lastname in (7, 8, None):
        crm.post("/v1/leads/create", json={"leadCustomer": {**customer, "lastname": lastname}})
    crm.post("/v1/leads/create", json={"leadCustomer": {"firstname": "Erika", "email": "erika@example.com"}})
    crm.post("/v1/leads/create", json={"leadCustomer": {**customer, "dateOfBirth": "31.01.1990"}})
    crm.post("/v1/lead/create", json={"leadCustomer": customer})
"""
"""A client that makes some mistakes."""

WEAK_CLIENT: Final = """\
import json, os, sys, urllib.error, urllib.request
base = os.environ["CRM_MOCKS_CONFIG_API_URL"]
lead = {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}}
def send(path, body, member):
    headers = {"x-api-key": "demo-key", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(base + path, body, headers), timeout=0.5) as response:
            print(len(str(json.load(response)[member] * 1)))
            return 0
    except urllib.error.HTTPError as error:
        print(json.load(error)["errorCode"])
        return 1
if sys.argv[1:] == ["config"]:
    sys.exit(send("/v1/leads/config", None, "additionalInformation"))
print("ready", flush=True)
for _ in sys.stdin:
    print("ready", send("/v1/leads/create", json.dumps(lead).encode(), "id"), flush=True)
"""
"""A client that survives little of what can come: it reads the lead config once, or creates leads persistently."""

LIBRARY: Final = """\
openapi: 3.0.3
info: {{title: Library, version: '{version}'}}
paths:
  /books:
    get:
      operationId: listBooks
      parameters:
      - {{name: limit, in: query, required: {required}, schema: {{type: integer, maximum: {maximum}}}}}
      responses:
        '200':
          description: The books.
          content:
            application/json:
              schema: {{type: array, items: {{$ref: '#/components/schemas/Book'}}}}
    post:
      operationId: addBook
      requestBody:
        content:
          application/json:
            schema: {{$ref: '#/components/schemas/Book'}}
      responses:
        '201': {{description: Added.}}
  {path}:
    get:
      operationId: getBook
      parameters:
      - {{name: id, in: path, required: true, schema: {{type: string}}}}
      responses:
        '200':
          description: The book.
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/Book'}}
components:
  schemas:
    Book:
      type: object
      required: [title{also_required}]
      properties:
        title: {{type: string, pattern: '^(?=.)'}}
        pages: {{type: {pages}}}
        isbn: {{type: string}}
        language: {{type: string, enum: [{languages}]}}
"""
OLD: Final = {
    "version": "1",
    "required": "false",
    "maximum": 100,
    "path": "/books/{id}",
    "also_required": "",
    "pages": "integer",
    "languages": "de, en, fr",
}
NEW: Final = {
    "version": "2",
    "required": "true",
    "maximum": 50,
    "path": "/books/{id}",
    "also_required": ", isbn",
    "pages": "string",
    "languages": "de, en",
}


KEY: Final = {"x-api-key": "demo-key"}
CUSTOMER: Final = {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}


def send_requests(url: str) -> None:
    """Send requests of a client with mistakes."""
    with httpx.Client(base_url=url, headers=KEY) as client:
        client.get("/v1/leads/config")
        for customer in (CUSTOMER, {**CUSTOMER, "email": "max at home"}):
            client.post("/v1/leads/create", json={"leadCustomer": customer})
        client.post("/v1/lead/create", json={"leadCustomer": CUSTOMER})


def traffic(hostile: str) -> str:
    """Return a HAR of requests and responses that break the contract."""
    with crm_mocks.serve(["config_api"], port=0, seed=1) as mocks:
        send_requests(mocks.url)
        customer = {**CUSTOMER, "lastname": 7, hostile: hostile}
        httpx.post(f"{mocks.url}/v1/leads/create", json={"leadCustomer": customer}, headers=KEY)
        httpx.post(f"{mocks.url}/v1/leads/{quote(hostile)}", json={hostile: 1}, headers=KEY)
        recorded = httpx.get(f"{mocks.url}/__admin/requests/har").text
    return recorded.replace('\\"id\\":', '\\"lead_id\\":')
