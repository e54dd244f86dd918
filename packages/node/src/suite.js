import { randomBytes } from "node:crypto";
import { CrmMocksError } from "./errors.js";
import { connect, start } from "./mocks.js";

/** The mocks of a suite of tests: opened at the first session, judged per session, and closed at the end. */
export class Suite {
  #options;
  #mocks;
  #judged = 0;
  #exchanges = 0;

  /** @param {import("./index.js").SuiteOptions} options */
  constructor(options = {}) {
    this.#options = options;
  }

  /**
   * Create the session of a test. Under `crm-mocks run` it is one of the run's server, so that it counts in its verdict.
   *
   * @param {string} test name of the test
   */
  async session(test) {
    const { url, env = process.env } = this.#options;
    this.#mocks ??= url !== undefined || env.CRM_MOCKS_READY_FILE ? connect(this.#options) : start(this.#options);
    return (await this.#mocks).session({ name: sessionName(test) });
  }

  /**
   * Judge and close the session of a test.
   *
   * @param {import("./index.js").Session} session
   * @throws {import("./errors.js").ContractBroken} the client broke the contract
   */
  async judge(session) {
    this.#judged += 1;
    try {
      this.#exchanges += (await session.verdict({ close: true })).exchanges;
    } catch (error) {
      if (error.findings) this.#exchanges += 1;
      throw error;
    }
  }

  /**
   * Stop the server.
   *
   * @throws {CrmMocksError} no test sent anything to its session, so nothing was checked
   */
  async end() {
    await (await this.#mocks?.catch(() => undefined))?.stop();
    if (!this.#judged || this.#exchanges || this.#options.allowNoRequests) return;
    const help = "give the client session.url, or pass allowNoRequests";
    throw new CrmMocksError("NOTHING_CHECKED", `no request came to the session of any test (${this.#judged} in all): ${help}`);
  }
}

function sessionName(test) {
  const readable = test.normalize("NFKD").replace(/[^\w.-]+/g, "-").replace(/^-+/, "").slice(0, 80);
  return `${readable || "test"}-${randomBytes(4).toString("hex")}`;
}
