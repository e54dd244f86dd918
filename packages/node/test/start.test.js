import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findCommand } from "../src/command.js";
import { connect, start } from "../src/index.js";
import { createLead, eventually, folder, isAlive, MAX, PACKAGE, pretended, program } from "./support/servers.js";

const NOTHING = { PATH: "/nowhere" };
const unreachable = (url) => fetch(`${url}/__admin/health`).then(() => false, () => true);

test("a server with a token and TLS is used with both, and ends when stopped", async () => {
  const mocks = await start({ args: ["--tls", "--admin-token", "secret"] });
  const session = await mocks.session();
  assert.match(session.url, /^https:/);
  assert.match(await readFile(mocks.caFile, "utf8"), /BEGIN CERTIFICATE/);
  const other = await connect({ url: mocks.url, token: "secret", caFile: mocks.caFile });
  assert.deepEqual(await (await other.session({ name: session.name })).requests(), []);
  await assert.rejects(connect({ url: mocks.url, caFile: mocks.caFile }), { code: "REFUSED", message: /token/ });
  await mocks.stop();
  await mocks.stop();
  assert.ok(await unreachable(mocks.url));
});

test("a server ends with the process that started it, even if that is killed", async (t) => {
  const code = `
    import { start } from ${JSON.stringify(join(PACKAGE, "src/index.js"))};
    console.log((await start()).url);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => parent.kill("SIGKILL"));
  const [line] = await parent.stdout.setEncoding("utf8").take(1).toArray();
  assert.equal(await unreachable(line.trim()), false);
  parent.kill("SIGKILL");
  assert.ok(await eventually(() => unreachable(line.trim())));
});

test("a process that forgets to stop its server ends all the same", async (t) => {
  const code = `import { start } from ${JSON.stringify(join(PACKAGE, "src/index.js"))}; await start();`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "ignore", "inherit"] });
  t.after(() => parent.kill("SIGKILL"));
  const [status] = await once(parent, "exit", { signal: AbortSignal.timeout(120_000) });
  assert.equal(status, 0);
});

test("a command that does not exist is not found", async () => {
  await assert.rejects(start({ command: "/nowhere/crm-mocks" }), { code: "COMMAND_NOT_FOUND", message: /ENOENT.*pip install/ });
  await assert.rejects(start({ env: NOTHING, cwd: "/" }), { code: "COMMAND_NOT_FOUND", message: /CRM_MOCKS_COMMAND/ });
});

test("a server that dies at start is an error with its stderr", async () => {
  const started = start({ args: ["--set", "config_api.rate_limt=off"] });
  await assert.rejects(started, { code: "SERVER_EXITED", message: /exit code 2:\n(.|\n)*rate_limt/ });
});

test("a server that is not ready in time is killed with what it started", async (t) => {
  const pids = join(await folder(t), "pids");
  const command = await program(t, "slow", `
    process.on("SIGTERM", () => process.exit());
    const child = require("node:child_process").spawn("sleep", ["60"]);
    require("node:fs").writeFileSync(${JSON.stringify(pids)}, process.pid + " " + child.pid);
    console.error("still importing");
    setInterval(() => {}, 1000);`);
  await assert.rejects(start({ command, timeout: 10_000 }), { code: "TIMEOUT", message: /after 10000 ms:\nstill importing/ });
  const [one, other] = (await readFile(pids, "utf8")).split(" ").map(Number);
  assert.ok(await eventually(() => !isAlive(one) && !isAlive(other)));
});

test("a server of another version is stopped", async (t) => {
  const pid = join(await folder(t), "pid");
  const command = await program(t, "old", `
    const fs = require("node:fs");
    const server = require("node:http").createServer((_, response) => response.end('{"version": "0.0.9"}'));
    server.listen(0, "127.0.0.1", () => {
      fs.writeFileSync(${JSON.stringify(pid)}, String(process.pid));
      const path = process.argv[process.argv.indexOf("--ready-file") + 1];
      const url = "http://127.0.0.1:" + server.address().port;
      fs.writeFileSync(path + ".new", JSON.stringify({ url, admin_token: null, ca_file: null }));
      fs.renameSync(path + ".new", path);
    });`);
  await assert.rejects(start({ command }), { code: "WRONG_VERSION", message: /crm-mocks is 0\.0\.9.*--upgrade/ });
  assert.equal(isAlive(Number(await readFile(pid, "utf8"))), false);
});

test("what is no server, another server or a newer one is told apart", async (t) => {
  await assert.rejects(connect({ url: "http://127.0.0.1:1" }), { code: "UNREACHABLE" });
  await assert.rejects(connect({ url: await pretended(t, "<html>") }), { code: "NOT_CRM_MOCKS" });
  await assert.rejects(connect({ url: await pretended(t, "{}") }), { code: "NOT_CRM_MOCKS" });
  await assert.rejects(connect({ url: await pretended(t, '{"version": "1.0.0"}') }), { code: "WRONG_VERSION", message: /below 1\.0\.0/ });
  await assert.rejects(connect({ env: {} }), { code: "UNREACHABLE", message: /CRM_MOCKS_READY_FILE/ });
  await assert.rejects(connect({ env: { CRM_MOCKS_READY_FILE: "/nowhere" } }), { code: "UNREACHABLE", message: /\/nowhere/ });
});

test("a connection takes URL and token from the ready file or the environment", async (t) => {
  const path = join(await folder(t), "ready.json");
  const mocks = await start({ args: ["--admin-token", "secret"] });
  await writeFile(path, JSON.stringify({ url: mocks.url, admin_token: "secret", ca_file: null }));
  const environments = [{ CRM_MOCKS_READY_FILE: path }, { CRM_MOCKS_URL: mocks.url, CRM_MOCKS_ADMIN_TOKEN: "secret" }];
  for (const env of environments) {
    const session = await (await connect({ env })).session();
    assert.equal((await createLead(session.url, MAX)).status, 200);
  }
  await mocks.stop();
});

test("the command is found in the order that is documented", async (t) => {
  const root = await folder(t);
  const bin = async (...names) => {
    const path = join(root, ...names);
    await mkdir(path, { recursive: true });
    return path;
  };
  const nested = await bin("project", "nested");
  const path = await bin("path");
  const find = (env, given) => findCommand(given, { PATH: path, ...env }, nested);
  await symlink(await program(t, "uvx", ""), join(path, "uvx"));
  assert.deepEqual(find({}), [join(path, "uvx"), "crm-mocks"]);
  await symlink(await program(t, "python3", ""), join(path, "python3"));
  assert.deepEqual(find({}), [join(path, "python3"), "-m", "crm_mocks"]);
  const installed = await program(t, "crm-mocks", "");
  await symlink(installed, join(path, "crm-mocks"));
  assert.deepEqual(find({}), [join(path, "crm-mocks")]);
  await symlink(installed, join(await bin("project", ".venv", "bin"), "crm-mocks"));
  assert.deepEqual(find({}), [join(root, "project/.venv/bin/crm-mocks")]);
  await symlink(installed, join(await bin("active", "bin"), "crm-mocks"));
  const active = { VIRTUAL_ENV: join(root, "active") };
  assert.deepEqual(find(active), [join(root, "active/bin/crm-mocks")]);
  assert.deepEqual(find({ ...active, CRM_MOCKS_COMMAND: "uvx crm-mocks" }), ["uvx", "crm-mocks"]);
  assert.deepEqual(find({ CRM_MOCKS_COMMAND: "uvx crm-mocks" }, ["a b", "c"]), ["a b", "c"]);
  const spaced = join(await bin("with space"), "crm-mocks");
  await symlink(installed, spaced);
  assert.deepEqual(find({}, spaced), [spaced]);
});
