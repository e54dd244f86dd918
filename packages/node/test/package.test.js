import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { untried } from "./support/run.js";
import { PACKAGE } from "./support/servers.js";

const read = (path) => readFileSync(join(PACKAGE, path), "utf8");
const manifest = JSON.parse(read("package.json"));

test("the package has exactly the intended files", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--offline"], { cwd: PACKAGE, stdio: ["ignore", "pipe", "ignore"] });
  const modules = ["command", "control", "errors", "findings", "index", "mocks", "node-test", "playwright", "server", "session", "suite", "version", "vitest"];
  const declarations = ["index", "node-test", "playwright", "vitest"];
  assert.deepEqual(
    JSON.parse(packed)[0].files.map(({ path }) => path).sort(),
    ["LICENSE", "README.md", "package.json", ...modules.map((name) => `src/${name}.js`), ...declarations.map((name) => `src/${name}.d.ts`)].sort(),
  );
});

test("the package has no dependencies, and the license and version of the mocks", () => {
  assert.deepEqual([manifest.dependencies, manifest.peerDependencies], [undefined, undefined]);
  assert.equal(read("LICENSE"), read("../../LICENSE"));
  assert.equal(manifest.version, /__version__ = "(.*)"/.exec(read("../../mocks/crm_mocks/__init__.py"))[1]);
});

test("each module has what its declarations declare", async () => {
  for (const { types, default: module } of Object.values(manifest.exports).filter((each) => each.types)) {
    const declared = [...read(types).matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
    assert.deepEqual(Object.keys(await import(join(PACKAGE, module))).sort(), [...new Set(declared)].sort());
  }
});

test("the declarations fit their uses", { skip: untried("typescript") }, () => {
  const tsc = join(PACKAGE, "node_modules/typescript/bin/tsc");
  const done = execFileSync(process.execPath, [tsc, "--noEmit", "-p", join(PACKAGE, "test/types")], { encoding: "utf8" });
  assert.equal(done, "");
});
