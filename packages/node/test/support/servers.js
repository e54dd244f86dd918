// Real and pretended servers for the tests.

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** A folder of its own for a test. */
export async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), "crm-mocks-test-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A program of a test, in Node. */
export async function program(t, name, code) {
  const path = join(await folder(t), name);
  await writeFile(path, `#!${process.execPath}\n${code}`);
  await chmod(path, 0o755);
  return path;
}

/** A server that answers everything alike. */
export async function pretended(t, answer) {
  const server = createServer((_request, response) => response.end(answer));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** Whether a process runs. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Wait until something holds; return whether it did within two minutes. */
export async function eventually(holds) {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

export const createLead = (url, lead) =>
  fetch(`${url}/v1/leads/create`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "demo-key" },
    body: JSON.stringify({ leadCustomer: lead }),
  });

export const MAX = { firstname: "Max", lastname: "Mustermann", email: "max@example.com" };
