// Uses of all that is declared; `tsc --noEmit` checks them.

import { test as nodeTest } from "node:test";
import { test as playwrightTest } from "@playwright/test";
import { connect, ContractBroken, CrmMocksError, start, type Entry, type Finding, type Json, type Session } from "crm-mocks";
import { fixture } from "crm-mocks/node-test";
import { fixtures as playwrightFixtures, type TestFixtures, type WorkerFixtures } from "crm-mocks/playwright";
import { fixtures as vitestFixtures, type CrmFixtures } from "crm-mocks/vitest";
import { test as vitestTest } from "vitest";

const mocks = await start({ command: ["uvx", "crm-mocks"], args: ["--seed", "7"], timeout: 1000 });
await connect();
await connect({ url: mocks.url, token: mocks.token, caFile: mocks.caFile });
// @ts-expect-error: there is no such option
await start({ seed: 7 });

const session: Session = await mocks.session({ name: "mine", allow: [] });
const id: string = await session.respond({ operation: "config_api.createLead", status: 429, headers: { "Retry-After": 5 }, times: null });
// @ts-expect-error: there is no such fault
await session.respond({ operation: "config_api.createLead", fault: "NONE" });
const leads: Json[] = await session.records.get("config_api", "leads");
await session.records.put("config_api", "campaigns", { externalIdentifier: id });
const now: Date = await session.clock.advance(60);
const entries: Entry[] = await session.requests({ wait_ms: 1000, count: leads.length, since: now.toISOString() });
const key: string | undefined = session.vendors.config_api?.credentials["x-api-key"];
await session.settings.change({ "config_api.rate_limit": "off" });
try {
  await session.verdict({ allow: [entries[0]?.operation ?? key ?? ""], close: true });
} catch (error) {
  if (error instanceof ContractBroken) {
    const findings: Finding[] = error.findings;
    console.error(findings[0]?.near_misses[0]?.path);
  } else if (error instanceof CrmMocksError && error.code === "REFUSED") console.error(error.message);
  // @ts-expect-error: there is no such code
  else if (error instanceof CrmMocksError && error.code === "OTHER") throw error;
}
await mocks.stop();

const crm = fixture({ url: mocks.url, allowNoRequests: true });
nodeTest("node:test", async (t) => {
  const own: Session = await crm(t);
  await own.allow("config_api.createLead:400");
});
vitestTest.extend<CrmFixtures>(vitestFixtures())("Vitest", async ({ crm: own }) => {
  const url: string = own.url;
  // @ts-expect-error: a session has no such member
  own[url].missing();
});
playwrightTest.extend<TestFixtures, WorkerFixtures>(playwrightFixtures({ args: [] }))("Playwright", async ({ crm: own, request }) => {
  await request.get(own.url);
});
