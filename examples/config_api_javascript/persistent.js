// The program as one process for many runs: persistent.js lead.json
//
// Prints "ready", does what create-lead.js does for each line "run" that it reads, and prints "ready" with the exit
// code. WEAKNESS has it use one of the clients of weaknesses.js.

import { createInterface } from "node:readline";
import { ConfigApi } from "./client.js";
import { connect, main } from "./create-lead.js";
import { weaknesses } from "./weaknesses.js";

const { WEAKNESS = "" } = process.env;
if (WEAKNESS && !Object.hasOwn(weaknesses, WEAKNESS)) {
  console.error(`there is no weakness '${WEAKNESS}', only ${Object.keys(weaknesses).join(", ")}`);
  process.exit(2);
}

const crm = connect(WEAKNESS ? weaknesses[WEAKNESS] : ConfigApi);
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "run") console.log(`ready ${await main(process.argv[2], crm)}`);
}
