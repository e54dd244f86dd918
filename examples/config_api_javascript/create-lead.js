// Create the lead that stands in a file: create-lead.js lead.json
//
// Needs CONFIG_API_URL and CONFIG_API_KEY; CONFIG_API_SECONDS is how long an answer may take, 10 if it is not set.
// Prints the lead's id. The exit code is one of sysexits.h: 0 if the lead was created, 65 if it was refused, 75 if the
// CRM is to be tried again later, 77 if the key is refused.

import { readFile } from "node:fs/promises";
import { ConfigApi, Refused, Unavailable } from "./client.js";

const later = [409];
const wrongKey = [401, 403];

const exitCode = (error) => {
  if (error instanceof Unavailable || later.includes(error.status)) return 75;
  return wrongKey.includes(error.status) ? 77 : 65;
};

export const connect = (Client = ConfigApi) => {
  const { CONFIG_API_URL, CONFIG_API_KEY, CONFIG_API_SECONDS = "10" } = process.env;
  return new Client(CONFIG_API_URL, CONFIG_API_KEY, { seconds: Number(CONFIG_API_SECONDS) });
};

/** Create the lead of a file; resolves to the exit code. */
export const main = async (path, crm) => {
  const { trainings, ...customer } = JSON.parse(await readFile(path, "utf-8"));
  try {
    console.log(await crm.createLead(customer, trainings));
    return 0;
  } catch (error) {
    if (!(error instanceof Unavailable || error instanceof Refused)) throw error;
    console.error(error.message.slice(0, 500)); // the CRM may tell more than anybody reads
    return exitCode(error);
  }
};

if (/\bcreate-lead(\.js)?$/.test(process.argv[1])) process.exitCode = await main(process.argv[2], connect());
