// A receiver of Activix pushes in plain Node: Basic, one file per lead in DIR, its own body in a 200; BUGS=... for slips.
import { createServer } from "node:http";
import { readFileSync, writeFileSync } from "node:fs";
const BUGS = new Set((process.env.BUGS ?? "").split(","));
const DIR = process.env.DIR;
const BASIC = "Basic " + Buffer.from("activix:activix-secret").toString("base64");
const ACCOUNTS = [44, 66];

const answer = (res, status, body, headers = {}) => {
  res.writeHead(status, { "Content-Type": "application/json", ...headers });
  res.end(JSON.stringify(body));
};

function store(lead) {
  const vehicles = lead.vehicles ?? [];
  if (BUGS.has("status")) lead.status.toLowerCase(); // null means active
  if (BUGS.has("comment")) vehicles.forEach((vehicle) => vehicle.comment?.length ?? vehicle.comment.length);
  if (BUGS.has("trim") && vehicles.some((vehicle) => vehicle.trim?.length > 100)) throw new Error("value too long");
  if (BUGS.has("names")) lead = { ...lead, first_name: lead.first_name.trim() }; // crashes where the name is blank
  const known = BUGS.has("keep") && (() => { try { return readFileSync(`${DIR}/${lead.id}.json`); } catch { return null; } })();
  if (!known) writeFileSync(`${DIR}/${lead.id}.json`, JSON.stringify(lead));
}

createServer((req, res) => {
  const chunks = [];
  req.on("data", (chunk) => chunks.push(chunk));
  req.on("end", () => {
    if (req.method !== "POST" || req.url !== "/api/activix") return answer(res, 404, { message: "Not Found" });
    const given = req.headers.authorization ?? "";
    const good = BUGS.has("prefix") ? BASIC.startsWith(given) && given !== "" : given === BASIC;
    if (!good) return answer(res, 403, { message: "Forbidden" });
    const type = req.headers["content-type"] ?? "";
    if (BUGS.has("charset") ? type !== "application/json" : !type.startsWith("application/json"))
      return answer(res, 415, { message: "JSON, please" });
    const raw = Buffer.concat(chunks).toString(BUGS.has("ascii") ? "latin1" : "utf8");
    if (BUGS.has("ascii") && /[\x80-\xff]/.test(raw)) return answer(res, 400, { message: "Bad encoding" });
    let lead;
    try { lead = JSON.parse(raw); } catch { return answer(res, 400, { message: "Not JSON" }); }
    if (!Number.isInteger(lead?.id)) return answer(res, 400, { message: "No id" });
    const account = lead.account_id ?? lead.account?.id;
    if (!BUGS.has("accounts") && !ACCOUNTS.includes(account)) return answer(res, 422, { message: "Unknown Account." });
    try { store(lead); } catch (error) {
      res.writeHead(500, { "Content-Type": "text/plain" });
      return res.end(String(error));
    }
    answer(res, 200, { received: true });
  });
}).listen(0, "127.0.0.1", function () { console.log("ready", this.address().port); });
