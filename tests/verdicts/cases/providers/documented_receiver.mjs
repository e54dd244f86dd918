#!/usr/bin/env node
// Receiver for Activix CRM lead pushes. node:http only, in memory, strict about the documented types.
//
//   PORT=8081 node documented_receiver.mjs      (PORT=0 or unset: any free port)
//
// Prints `ready PORT`. SIGTERM/SIGINT: exit 0. Cannot start: exit 1.
// Environment: PORT; HOOK_PATH (/example); ACCOUNTS (66; comma separated, `*` any);
//   AUTH_USER + AUTH_PASS, AUTH_TOKEN (unset: any well-formed credentials will do); BUG (one of BUGS).
import http from "node:http";

const env = process.env;
const BUG = env.BUG ?? "";
const BUGS = ["", "status_201", "refuse_extra", "account_id_only", "gender_string", "error_key"];
if (!BUGS.includes(BUG)) { console.error(`unknown BUG ${BUG}`); process.exit(1); }
const HOOK_PATH = env.HOOK_PATH ?? "/example";
const ACCOUNTS = new Set((env.ACCOUNTS ?? "66").split(",").map((s) => s.trim()).filter(Boolean));
const LIMIT = 4 * 1024 * 1024;
const leads = new Map();          // id -> lead; the last push of a lead wins

// ---- types, from the Lead object table -------------------------------------------------------
const isObject = (v) => typeof v === "object" && v !== null && !Array.isArray(v);
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?$/;
const realDay = (v) => {
  const d = new Date(`${v.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(d.getTime()) && d.toISOString().startsWith(v.slice(0, 10));
};
const TYPES = {
  integer: (v) => Number.isInteger(v),
  string: (v) => typeof v === "string",
  boolean: (v) => typeof v === "boolean",
  date: (v) => typeof v === "string" && DATE.test(v) && realDay(v),
  datetime: (v) => typeof v === "string" && DATETIME.test(v) && realDay(v),
  object: isObject,
  array: (v) => Array.isArray(v) && v.every(isObject),
};
const LEAD = {};
const declare = (type, names) => names.trim().split(/\s+/).forEach((n) => { LEAD[n] = type; });
declare("integer", "id account_id average_spending gender odometer_last_visit rating service_interval_km");
declare("date", "birth_date");
declare("datetime", `created_at updated_at appointment_date available_date be_back_date call_date csi_date
  delivered_date delivery_date end_service_date last_presented_date next_presented_date open_work_order_date
  planned_pick_up_date presented_date promised_date refinanced_date repair_date road_test_date sale_date
  take_over_date unsubscribe_all_date unsubscribe_call_date unsubscribe_email_date unsubscribe_sms_date`);
declare("boolean", "business loyalty prepaid reached_client service_cleaning_car invoiced");
declare("string", `address_line1 address_line2 city civility code country created_method division first_name
  last_name locale postal_code province repair_order second_contact second_contact_civility segment storage
  sex source status type work_order`);
declare("object", "account advisor bdc commercial service_advisor service_agent");
declare("array", "emails phones vehicles");
if (BUG === "gender_string") LEAD.gender = "string";

function typeErrors(lead) {
  const wrong = [];
  if (!Number.isSafeInteger(lead.id) || lead.id < 1) wrong.push("id must be a positive integer");
  for (const [name, value] of Object.entries(lead)) {
    if (name === "id") continue;
    if (!Object.hasOwn(LEAD, name)) {          // Activix adds attributes on request
      if (BUG === "refuse_extra") wrong.push(`${name} is not an attribute of a lead`);
      continue;
    }
    if (value !== null && !TYPES[LEAD[name]](value)) wrong.push(`${name} must be of type ${LEAD[name]}`);
  }
  return wrong;
}

// ---- authentication --------------------------------------------------------------------------
function authenticated(headers) {
  const value = headers.authorization ?? headers.authentication ?? "";   // HTTP's name, the document's name
  const [, scheme, rest] = /^\s*(\S+)\s+(\S+)\s*$/.exec(value) ?? [];
  const { AUTH_USER, AUTH_PASS = "", AUTH_TOKEN } = env;
  if (/^basic$/i.test(scheme ?? "")) {
    const plain = Buffer.from(rest, "base64").toString("utf8");
    if (AUTH_USER !== undefined) return plain === `${AUTH_USER}:${AUTH_PASS}`;
    return AUTH_TOKEN === undefined && plain.includes(":");
  }
  if (/^bearer$/i.test(scheme ?? "")) {
    return AUTH_TOKEN !== undefined ? rest === AUTH_TOKEN : AUTH_USER === undefined;
  }
  return false;
}

// ---- http ------------------------------------------------------------------------------------
class Refused extends Error {
  constructor(status, message, headers = {}) { super(message); this.status = status; this.headers = headers; }
}

async function readBody(req) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > LIMIT) throw new Refused(413, "Payload Too Large.", { connection: "close" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function accountOf(lead) {
  if (BUG === "account_id_only") return lead.account_id;
  return lead.account?.id ?? lead.account_id;
}

async function push(req) {
  if (new URL(req.url, "http://localhost").pathname !== HOOK_PATH) throw new Refused(404, "Not Found.");
  if (req.method !== "POST") throw new Refused(405, "Method Not Allowed.", { allow: "POST" });
  if (!authenticated(req.headers)) throw new Refused(401, "Unauthorized.", { "www-authenticate": 'Basic realm="leads"' });
  const text = await readBody(req);
  let lead;
  try { lead = JSON.parse(text); } catch { throw new Refused(400, "Body is not valid JSON."); }
  if (!isObject(lead)) throw new Refused(400, "Body is not a lead object.");
  const wrong = typeErrors(lead);
  if (wrong.length) throw new Refused(400, `Invalid lead: ${wrong.join("; ")}.`);
  const account = accountOf(lead);
  if (!Number.isInteger(account) || !(ACCOUNTS.has("*") || ACCOUNTS.has(String(account)))) {
    throw new Refused(422, "Unknown Account.");
  }
  leads.set(lead.id, lead);
  console.error(`stored lead ${lead.id} of account ${account} (${leads.size} in memory)`);
}

const server = http.createServer(async (req, res) => {
  try {
    await push(req);
    res.writeHead(BUG === "status_201" ? 201 : 200, { "content-length": 0 }).end();
  } catch (error) {
    const known = error instanceof Refused;
    if (!known) console.error(error);
    if (res.headersSent || res.destroyed) return;
    const message = known ? error.message : "Internal Server Error.";
    if (known && error.status !== 413) req.resume();
    console.error(`refused: ${message}`);
    res.writeHead(known ? error.status : 500, { "content-type": "application/json", ...(known ? error.headers : {}) })
      .end(JSON.stringify(BUG === "error_key" ? { error: message } : { message }));
  }
});
server.on("error", (error) => { console.error(`cannot start: ${error.message}`); process.exit(1); });
for (const s of ["SIGTERM", "SIGINT"]) process.on(s, () => process.exit(0));
try {
  server.listen(Number(env.PORT || 0), "127.0.0.1", () => console.log(`ready ${server.address().port}`));
} catch (error) { console.error(`cannot start: ${error.message}`); process.exit(1); }
