import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { run, runnerOf, untried } from "./support/run.js";
import { PACKAGE } from "./support/servers.js";

const README = await readFile(join(PACKAGE, "README.md"), "utf8");
const snippets = [...README.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

test("the README has a snippet for each runner", () => {
  assert.deepEqual(snippets.map(runnerOf).sort(), ["@playwright/test", "node", "node:test", "vitest"]);
});

for (const code of snippets) {
  const runner = runnerOf(code);
  test(`the README's snippet for ${runner} runs`, { skip: untried(runner) }, async (t) => {
    const { status, output } = await run(t, code);
    assert.equal(status, 0, output);
  });
}
