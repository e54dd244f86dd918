import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect, start } from "../src/index.js";
import { createLead, MAX } from "./support/servers.js";

let mocks;
before(async () => {
  mocks = await start();
});
after(() => mocks.stop());

test("sessions have URLs and records of their own", async () => {
  const [one, other] = await Promise.all([mocks.session({ name: "one" }), mocks.session()]);
  assert.equal(one.name, "one");
  assert.notEqual(one.url, other.url);
  assert.deepEqual(one.vendors.config_api, { url: one.url, credentials: one.vendors.config_api.credentials });
  assert.equal(one.vendors.config_api.credentials["x-api-key"], "demo-key");
  assert.equal((await createLead(one.url, MAX)).status, 200);
  assert.equal((await one.records.get("config_api", "leads")).length, 1);
  assert.deepEqual(await other.records.get("config_api", "leads"), []);
});

test("a queued response answers the next request", async () => {
  const session = await mocks.session();
  assert.match(await session.respond({ operation: "config_api.createLead", status: 503 }), /answer/);
  assert.equal((await createLead(session.url, MAX)).status, 503);
  assert.equal((await createLead(session.url, MAX)).status, 200);
});

test("records are stored, read by key and deleted", async () => {
  const { records } = await mocks.session();
  await records.put("config_api", "campaigns", { externalIdentifier: "spring" });
  assert.equal((await records.get("config_api", "campaigns", "spring")).externalIdentifier, "spring");
  const names = async () => (await records.get("config_api", "campaigns")).map((each) => each.externalIdentifier);
  assert.ok((await names()).includes("spring"));
  await records.delete("config_api", "campaigns", "spring");
  assert.ok(!(await names()).includes("spring"));
  await records.delete("config_api", "campaigns");
  assert.deepEqual(await names(), []);
  assert.deepEqual((await records.get("config_api")).campaigns, []);
  assert.ok((await records.get()).leadbank);
});

test("the clock stops at a moment and is moved", async () => {
  const { clock } = await mocks.session();
  assert.equal((await clock.set("2026-01-31T12:00:00Z")).toISOString(), "2026-01-31T12:00:00.000Z");
  assert.equal((await clock.advance(60)).toISOString(), "2026-01-31T12:01:00.000Z");
  assert.equal((await clock.set(new Date(0))).getTime(), 0);
});

test("a setting is changed for the session only", async () => {
  const [one, other] = await Promise.all([mocks.session(), mocks.session()]);
  const changed = await one.settings.change({ "config_api.rate_limit": "1/60" });
  assert.equal(changed.config_api.rate_limit, "1/60");
  assert.notEqual((await other.settings.get()).config_api.rate_limit, "1/60");
});

test("the journal is selected from and waited for", async () => {
  const session = await mocks.session();
  const waiting = session.requests({ operation: "config_api.createLead", wait_ms: 10_000 });
  await createLead(session.url, MAX);
  const [entry] = await waiting;
  assert.deepEqual([entry.request.method, entry.request.path, entry.answer.status], ["POST", "/v1/leads/create", 200]);
  assert.deepEqual(await session.requests({ violations: true, wait_ms: 10 }), []);
});

test("the verdict on a client that keeps the contract has its exchanges", async () => {
  const session = await mocks.session();
  await createLead(session.url, MAX);
  assert.deepEqual(await session.verdict(), { exchanges: 1, findings: [] });
});

test("the verdict on a broken contract throws the findings as text", async () => {
  const session = await mocks.session({ name: "broken" });
  await createLead(session.url, { ...MAX, email: 5 });
  await fetch(`${session.url}/v1/lead?x=1`);
  await assert.rejects(session.verdict(), (error) => {
    assert.equal(error.code, "CONTRACT_BROKEN");
    assert.equal(error.findings.length, 2);
    assert.match(error.message, /^the client broke the contract in session broken \(2 rules\)$/m);
    assert.match(error.message, /^config_api\.createLead {2}body\.leadCustomer\.email {2}type$/m);
    assert.match(error.message, /basis: Create a new Lead/);
    assert.match(error.message, /request: curl "\$CRM_MOCKS_URL"\/v1\/leads\/create/);
    return true;
  });
});

test("the names that the text of a verdict gives allow its findings", async () => {
  const session = await mocks.session();
  await createLead(session.url, { ...MAX, email: 5 });
  await fetch(`${session.url}/v1/lead?x=1`);
  const { message } = await session.verdict().catch((error) => error);
  const names = JSON.parse(`[${/session\.allow\((.*)\)$/.exec(message)[1]}]`);
  assert.equal(names.length, 2);
  assert.deepEqual((await session.verdict({ allow: names })).findings, []);
  await session.allow(names[0]);
  await session.allow(names[1]);
  assert.deepEqual((await session.verdict()).findings, []);
});

test("a mistake that a session is created with stays allowed", async () => {
  const session = await mocks.session({ allow: ["config_api.createLead:400"] });
  await session.allow("GET /v1/lead");
  await createLead(session.url, {});
  assert.deepEqual((await session.verdict()).findings, []);
});

test("a session is reset and closed", async () => {
  const session = await mocks.session();
  await createLead(session.url, MAX);
  await session.reset();
  assert.deepEqual(await session.requests(), []);
  await session.close();
  await assert.rejects(createLead(session.url, MAX));
});

test("what the control API refuses is an error with its reason", async () => {
  const session = await mocks.session();
  const response = { operation: "config_api.createLeads", status: 400 };
  await assert.rejects(session.respond(response), { code: "REFUSED", message: /createLead/ });
});

test("a connection to a running server leaves it running", async () => {
  const other = await connect({ url: `${mocks.url}/` });
  const session = await other.session();
  await other.stop();
  assert.equal((await createLead(session.url, MAX)).status, 200);
});

test("reset empties all sessions", async () => {
  const own = await start();
  const session = await own.session();
  await createLead(session.url, MAX);
  await own.reset();
  assert.deepEqual(await session.requests(), []);
  await own.stop();
});
