import type { Session, SuiteOptions } from "./index.js";

/** The server of a file, which its tests share. */
export interface CrmSuite {
  session(test: string): Promise<Session>;
  judge(session: Session): Promise<void>;
}

export interface CrmFixtures {
  crmSuite: CrmSuite;
  /** The session of the test. */
  crm: Session;
}

type Use<Value> = (value: Value) => Promise<void>;

/**
 * Return fixtures for `test.extend` (Vitest 3.2 or later): `crm` is the session of a test, which fails if its client broke
 * the contract.
 *
 * @example
 * const test = base.extend<CrmFixtures>(fixtures());
 * test("creates a lead", async ({ crm }) => {});
 */
export function fixtures(options?: SuiteOptions): {
  crmSuite: [(context: object, use: Use<CrmSuite>) => Promise<void>, { scope: "file" }];
  crm: (context: { crmSuite: CrmSuite; task: { readonly name: string } }, use: Use<Session>) => Promise<void>;
};
