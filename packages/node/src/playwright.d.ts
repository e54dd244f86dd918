import type { Session, SuiteOptions } from "./index.js";

/** The server of a worker, which its tests share. */
export interface CrmSuite {
  session(test: string): Promise<Session>;
  judge(session: Session): Promise<void>;
}

export interface TestFixtures {
  /** The session of the test. */
  crm: Session;
}

export interface WorkerFixtures {
  crmSuite: CrmSuite;
}

type Use<Value> = (value: Value) => Promise<void>;

/**
 * Return fixtures for `test.extend` of Playwright: `crm` is the session of a test, which fails if its client broke
 * the contract.
 *
 * @example
 * const test = base.extend<TestFixtures, WorkerFixtures>(fixtures());
 * test("creates a lead", async ({ crm }) => {});
 */
export function fixtures(options?: SuiteOptions): {
  crmSuite: [(context: object, use: Use<CrmSuite>) => Promise<void>, { scope: "worker" }];
  crm: (context: { crmSuite: CrmSuite }, use: Use<Session>, testInfo: { readonly title: string }) => Promise<void>;
};
