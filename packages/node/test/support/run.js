// Running the tests of a user's project that has this package installed.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folder, PACKAGE } from "./servers.js";

const MODULES = join(PACKAGE, "node_modules");
const COMMANDS = {
  node: (file) => [process.execPath, file],
  "node:test": (file) => [process.execPath, "--test", "--test-reporter=tap", file],
  vitest: (file) => [process.execPath, join(MODULES, "vitest/vitest.mjs"), "run", "--testTimeout=60000", file],
  "@playwright/test": (file) => [process.execPath, join(MODULES, "@playwright/test/cli.js"), "test", "--reporter=line", file],
};

/** Why a runner cannot be tried, or `false`. */
export function untried(runner) {
  const missing = runner.startsWith("node") ? false : !existsSync(join(MODULES, runner));
  return missing && `untried: ${runner} is not installed (npm install in packages/node)`;
}

/** The runner of a file, by what it imports. */
export const runnerOf = (code) => Object.keys(COMMANDS).find((name) => code.includes(`from "${name}"`)) ?? "node";

/** Run a file in a project of its own; return exit code and output. */
export async function run(t, code) {
  const runner = runnerOf(code);
  const project = await folder(t);
  await mkdir(join(project, "node_modules/@playwright"), { recursive: true });
  await symlink(PACKAGE, join(project, "node_modules/crm-mocks"));
  for (const name of ["vitest", "@playwright/test"]) await symlink(join(MODULES, name), join(project, "node_modules", name));
  await writeFile(join(project, "package.json"), '{"type": "module"}');
  await writeFile(join(project, "leads.test.js"), code);
  const [program, ...args] = COMMANDS[runner]("leads.test.js");
  const { NODE_TEST_CONTEXT, ...env } = process.env; // a run within a run would report to the outer one
  env.CRM_MOCKS_COMMAND ??= join(PACKAGE, "../../.venv/bin/crm-mocks");
  return new Promise((resolve) => {
    execFile(program, args, { cwd: project, env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? (error.code ?? error.signal) : 0, output: stdout + stderr }),
    );
  });
}
