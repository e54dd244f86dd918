// Create the lead that stands in a file: create-lead.js lead.json
//
// Needs CONFIG_API_URL and CONFIG_API_KEY. Prints the lead's id. The exit code is one of sysexits.h: 0 if the lead was
// created, 65 if it was refused, 75 if the CRM is to be tried again later, 77 if the key is refused.

import { readFile } from "node:fs/promises";
import { ConfigApi, Refused, Unavailable } from "./client.js";

const later = [409];
const wrongKey = [401, 403];

const exitCode = (error) => {
  if (error instanceof Unavailable || later.includes(error.status)) return 75;
  return wrongKey.includes(error.status) ? 77 : 65;
};

const { trainings, ...customer } = JSON.parse(await readFile(process.argv[2], "utf-8"));
try {
  const crm = new ConfigApi(process.env.CONFIG_API_URL, process.env.CONFIG_API_KEY);
  console.log(await crm.createLead(customer, trainings));
} catch (error) {
  if (!(error instanceof Unavailable || error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = exitCode(error);
}
