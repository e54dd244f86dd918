import { ContractBroken } from "./errors.js";
import { findingsText } from "./findings.js";

/** A session: the CRMs of one test, with their own records, settings, clock, queue, journal and port. */
export class Session {
  #control;
  #allowed;

  /**
   * @param {import("./control.js").Control} control
   * @param {string} name
   * @param {string} url
   * @param {Record<string, { path: string, credentials: Record<string, string> }>} vendors
   * @param {string[]} [allowed] mistakes that it was created with
   */
  constructor(control, name, url, vendors, allowed = []) {
    this.#control = control;
    this.#allowed = allowed;
    this.name = name;
    this.url = url;
    this.vendors = Object.fromEntries(
      Object.entries(vendors).map(([vendor, { path, credentials }]) => [vendor, { url: url + path, credentials }]),
    );
    const query = (more) => ({ session: name, ...more });
    this.records = {
      get: async (vendor, kind, key) => {
        const { records } = await control.get("records", query({ vendor, kind, key }));
        return key === undefined ? records : records[0];
      },
      put: async (vendor, kind, records) => void (await control.put("records", query({ vendor, kind }), records)),
      delete: async (vendor, kind, key) => void (await control.delete("records", query({ vendor, kind, key }))),
    };
    this.clock = {
      set: (moment) => this.#clock({ set: moment instanceof Date ? moment.toISOString() : moment }),
      advance: (seconds) => this.#clock({ advance_seconds: seconds }),
    };
    this.settings = {
      get: () => control.get("settings", query()),
      change: (changes) => control.put("settings", query(), changes),
    };
  }

  async respond(response) {
    return (await this.#control.post("responses", { ...response, session: this.name })).id;
  }

  async requests(selection = {}) {
    return (await this.#control.get("requests", { ...selection, session: this.name })).requests;
  }

  async allow(...mistakes) {
    const allow = [...this.#allowed, ...mistakes];
    await this.#control.put("sessions", { session: this.name }, { allow });
    this.#allowed = allow;
  }

  async verdict({ allow, close } = {}) {
    const verdict = await this.#control.post("findings", { session: this.name, allow, close });
    if (verdict.findings.length) throw new ContractBroken(findingsText(verdict.findings, this.name), verdict.findings);
    return verdict;
  }

  async reset() {
    await this.#control.post("reset", { session: this.name });
  }

  async close() {
    await this.#control.delete("sessions", { session: this.name });
  }

  async #clock(change) {
    const { now } = await this.#control.post("clock", { session: this.name, ...change });
    return new Date(now);
  }
}
