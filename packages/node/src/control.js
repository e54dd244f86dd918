import { readFileSync } from "node:fs";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { CrmMocksError } from "./errors.js";

/** The control API of a server: JSON requests below `/__admin`. */
export class Control {
  #url;
  #token;
  #ca;

  /**
   * @param {string} url of the server
   * @param {{ token?: string | null, caFile?: string | null }} [access]
   */
  constructor(url, { token, caFile } = {}) {
    this.#url = url.replace(/\/+$/, "");
    this.#token = token;
    this.#ca = caFile ? readFileSync(caFile) : undefined;
  }

  get = (path, query) => this.#send("GET", path, query);
  post = (path, body) => this.#send("POST", path, undefined, body);
  put = (path, query, body) => this.#send("PUT", path, query, body);
  delete = (path, query) => this.#send("DELETE", path, query);

  async #send(method, path, query = {}, body) {
    const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
    const url = new URL(`${this.#url}/__admin/${path}`);
    url.search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
    const { status, text } = await this.#exchange(method, url, body === undefined ? undefined : JSON.stringify(body));
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new CrmMocksError("NOT_CRM_MOCKS", `${url.origin} is not crm-mocks: ${method} ${url.pathname} got ${status} without JSON`);
    }
    if (status < 400) return answer;
    throw new CrmMocksError("REFUSED", `crm-mocks refused ${method} ${url.pathname}: ${answer.detail ?? status}`);
  }

  #exchange(method, url, body) {
    const headers = { accept: "application/json" };
    if (this.#token) headers.authorization = `Bearer ${this.#token}`;
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const fail = (error) =>
        reject(new CrmMocksError("UNREACHABLE", `no crm-mocks at ${this.#url}: ${error.message || error.code}`, { cause: error }));
      const sent = send(url, { method, headers, ca: this.#ca, agent: false }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString("utf8") }));
      });
      sent.on("error", fail);
      sent.end(body);
    });
  }
}
