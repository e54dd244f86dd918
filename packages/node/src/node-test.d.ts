import type { Session, SuiteOptions } from "./index.js";

/** What `node:test` passes to a test. */
export interface Test {
  readonly name: string;
  after(hook: () => Promise<void>): void;
}

/**
 * Return the fixture of a file or suite: it creates the session of a test, and fails the test if its client broke the
 * contract. The server starts at the first session and stops after the last test.
 *
 * @example
 * const crm = fixture();
 * test("creates a lead", async (t) => {
 *   const session = await crm(t);
 * });
 */
export function fixture(options?: SuiteOptions): (test: Test) => Promise<Session>;
