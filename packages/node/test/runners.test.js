import assert from "node:assert/strict";
import { test } from "node:test";
import { run, untried } from "./support/run.js";

const GET = "await fetch(`${session.url}/v1/leads/config`, { headers: { 'x-api-key': 'demo-key' } });";
const BREAK = "await fetch(`${session.url}/v1/leads/config`, { headers: { 'x-api-key': '' } });";

const runners = {
  "node:test": (tests, options) => `
    import { test } from "node:test";
    import { fixture } from "crm-mocks/node-test";
    const crm = fixture(${options});
    ${tests.map((body, index) => `test("test ${index}", async (t) => { const session = await crm(t); ${body} });`).join("\n")}`,
  vitest: (tests, options) => `
    import { test as base } from "vitest";
    import { fixtures } from "crm-mocks/vitest";
    const test = base.extend(fixtures(${options}));
    ${tests.map((body, index) => `test("test ${index}", async ({ crm: session }) => { ${body} });`).join("\n")}`,
  "@playwright/test": (tests, options) => `
    import { test as base } from "@playwright/test";
    import { fixtures } from "crm-mocks/playwright";
    const test = base.extend(fixtures(${options}));
    ${tests.map((body, index) => `test("test ${index}", async ({ crm: session }) => { ${body} });`).join("\n")}`,
};

for (const [runner, file] of Object.entries(runners)) {
  const skip = untried(runner);

  test(`${runner}: only a test whose client broke the contract fails`, { skip }, async (t) => {
    const { status, output } = await run(t, file([GET, BREAK], ""));
    assert.equal(status, 1, output);
    assert.match(output, /the client broke the contract in session test-1-\w+ \(1 rule\)/);
    assert.doesNotMatch(output, /in session test-0/);
  });

  test(`${runner}: a run that sent nothing fails unless that is allowed`, { skip }, async (t) => {
    const [refused, allowed] = await Promise.all([run(t, file([""], "")), run(t, file([""], "{ allowNoRequests: true }"))]);
    assert.equal(refused.status, 1, refused.output);
    assert.match(refused.output, /no request came to the session of any test \(1 in all\)/);
    assert.equal(allowed.status, 0, allowed.output);
  });
}
