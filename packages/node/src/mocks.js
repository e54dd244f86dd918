import { readFile } from "node:fs/promises";
import { Control } from "./control.js";
import { CrmMocksError } from "./errors.js";
import { startServer } from "./server.js";
import { Session } from "./session.js";
import { checkVersion } from "./version.js";

/** A running server. */
class Mocks {
  #control;
  #server;
  #vendors;

  constructor({ url, token, caFile, version, vendors, control, server }) {
    Object.assign(this, { url, token, caFile, version });
    this.#control = control;
    this.#server = server;
    this.#vendors = vendors;
  }

  async session({ name, allow } = {}) {
    const { session, url } = await this.#control.post("sessions", { session: name, allow });
    return new Session(this.#control, session, url, this.#vendors, allow);
  }

  async reset() {
    await this.#control.post("reset", {});
  }

  async stop() {
    await this.#server?.stop();
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.stop();
  }
}

async function open(url, token, caFile, server) {
  const control = new Control(url, { token, caFile });
  const version = await checkVersion(control, url);
  const base = new URL(url).pathname.replace(/\/+$/, "");
  const { vendors } = await control.get("vendors");
  const paths = Object.entries(vendors).map(([vendor, each]) => {
    const path = new URL(each.url).pathname.replace(/\/+$/, "");
    return [vendor, { path: path.startsWith(base) ? path.slice(base.length) : path, credentials: each.credentials }];
  });
  return new Mocks({ url, token, caFile, version, vendors: Object.fromEntries(paths), control, server });
}

export async function start(options = {}) {
  const { server, ready } = await startServer(options);
  try {
    return await open(ready.url, ready.admin_token, ready.ca_file, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export async function connect({ url, token, caFile, env = process.env } = {}) {
  if (url !== undefined) return open(url, token, caFile);
  const path = env.CRM_MOCKS_READY_FILE;
  if (!path) {
    if (!env.CRM_MOCKS_URL) throw new CrmMocksError("UNREACHABLE", "no url given, and neither CRM_MOCKS_READY_FILE nor CRM_MOCKS_URL is set");
    return open(env.CRM_MOCKS_URL, token ?? env.CRM_MOCKS_ADMIN_TOKEN, caFile ?? env.CRM_MOCKS_CA_FILE);
  }
  let ready;
  try {
    ready = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new CrmMocksError("UNREACHABLE", `cannot read the ready file ${path}: ${error.message}`, { cause: error });
  }
  return open(ready.url, ready.admin_token, ready.ca_file);
}
