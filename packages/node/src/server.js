import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandNotFound, findCommand } from "./command.js";
import { CrmMocksError } from "./errors.js";

const POLL_MS = 25;
const STOP_MS = 5000;
const KEPT_STDERR = 16_384;
const GROUPS = process.platform !== "win32";

/** A process of `crm-mocks serve`. It ends with this process, however this ends. */
export class Server {
  #child;
  #stderr = "";
  #failure;

  /** @param {string[]} command @param {{ cwd: string, env: NodeJS.ProcessEnv }} where */
  constructor(command, where) {
    const [program, ...args] = command;
    // A group of its own: Ctrl-C leaves it to the tests to stop it, and what a launcher started can be killed with it.
    this.#child = spawn(program, args, { ...where, stdio: ["ignore", "ignore", "pipe"], detached: GROUPS, windowsHide: true });
    this.#child.on("error", (error) => (this.#failure = commandNotFound(`cannot run ${program} (${error.code})`, error)));
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
    this.#child.on("exit", () => GROUPS && this.#signal("SIGKILL")); // what a launcher left behind
    this.#child.unref();
    this.#child.stderr.unref();
  }

  /**
   * Wait for the ready file.
   *
   * @param {string} path
   * @param {number} timeout milliseconds
   */
  async ready(path, timeout) {
    const end = performance.now() + timeout;
    while (performance.now() < end) {
      const text = await readFile(path, "utf8").catch(() => "");
      if (text) return JSON.parse(text);
      if (this.#exited) {
        await sleep(POLL_MS); // what it wrote last may still be in the pipe, and why it cannot be run not be known yet
        if (this.#failure) throw this.#failure;
        throw new CrmMocksError("SERVER_EXITED", `crm-mocks ended at start with ${this.#end}${this.#output}`);
      }
      await sleep(POLL_MS);
    }
    throw new CrmMocksError("TIMEOUT", `crm-mocks was not ready after ${timeout} ms${this.#output}`);
  }

  /** Stop the process and what it started, by SIGTERM, and by SIGKILL if that takes too long. */
  async stop() {
    if (this.#exited || this.#failure) return;
    const gone = once(this.#child, "exit");
    this.#child.ref();
    this.#signal("SIGTERM");
    const late = setTimeout(() => this.#signal("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(late);
  }

  get #exited() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get #end() {
    return this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
  }

  get #output() {
    const text = this.#stderr.trim();
    return text ? `:\n${text}` : "";
  }

  #signal(name) {
    try {
      if (GROUPS) process.kill(-this.#child.pid, name);
      else this.#child.kill(name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}

/**
 * Start `crm-mocks serve`, and wait until it is ready.
 *
 * @param {import("./index.js").StartOptions} options
 * @returns {Promise<{ server: Server, ready: { url: string, admin_token: string | null, ca_file: string | null } }>}
 */
export async function startServer({ command, args = [], cwd = process.cwd(), env = process.env, timeout = 60_000 }) {
  const found = findCommand(command, env, cwd);
  const folder = await mkdtemp(join(tmpdir(), "crm-mocks-"));
  try {
    const path = join(folder, "ready.json");
    const ours = ["serve", "-p", "0", "--log", "off", "--ready-file", path, "--end-with", String(process.pid)];
    const server = new Server([...found, ...ours, ...args], { cwd, env });
    try {
      return { server, ready: await server.ready(path, timeout) };
    } catch (error) {
      await server.stop();
      throw error;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
