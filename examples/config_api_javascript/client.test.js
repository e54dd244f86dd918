// Contract tests of the client; `crm-mocks run -- npm test` has the mocks ready.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigApi, Refused, Unavailable } from "./client.js";
import { mistakes } from "./mistakes.js";

const url = process.env.CRM_MOCKS_CONFIG_API_URL;
const Client = process.env.MISTAKE ? mistakes[process.env.MISTAKE] : ConfigApi;
const anna = { firstName: "Anna", lastName: "Muster", email: "anna@example.com" };

const control = async (path, body) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/__admin/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, await answer.clone().text());
};

// The session's clock passes the time that the client waits, so that no test waits.
const sleep = (number) => control("clock", { session: "run", advance_seconds: number });
const client = new Client(url, "demo-key", { sleep });

test("creates a lead", async () => {
  assert.match(await client.createLead(anna), /^\d+$/);
});

test("fills in a field of the studio", async () => {
  assert.match(await client.createLead({ ...anna, email: "bea@example.com" }, 3), /^\d+$/);
});

test("tells which member is refused", async () => {
  const known = { ...anna, email: "erika.mustermann@example.com" };
  await assert.rejects(client.createLead(known), (error) => {
    assert.ok(error instanceof Refused);
    assert.equal(error.reference, "leadCustomer.email");
    return true;
  });
});

test("waits for as long as it is told", async () => {
  const answer = { status: 429, headers: { "Retry-After": "30" } };
  await control("responses", { session: "run", operation: "config_api.createLead", ...answer });
  assert.match(await client.createLead({ ...anna, email: "cleo@example.com" }), /^\d+$/);
});

test("keeps every digit of an id", async () => {
  const answer = { status: 200, body_base64: btoa('{"id": 9007199254740993}') };
  await control("responses", { session: "run", operation: "config_api.createLead", ...answer });
  assert.equal(await client.createLead({ ...anna, email: "eva@example.com" }), "9007199254740993");
});

test("tells that the CRM is unavailable", async () => {
  await control("responses", { session: "run", operation: "config_api.createLead", status: 500 });
  await assert.rejects(client.createLead({ ...anna, email: "dora@example.com" }), Unavailable);
});
