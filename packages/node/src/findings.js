/**
 * Return findings as text: what was broken, where the contract says so, how to repeat it and how to allow it.
 *
 * @param {import("./index.js").Finding[]} findings
 * @param {string} session
 */
export function findingsText(findings, session) {
  const rules = findings.length === 1 ? "1 rule" : `${findings.length} rules`;
  const names = [...new Set(findings.flatMap(allowNames))].map((name) => JSON.stringify(name));
  const blocks = findings.map((finding) => linesOf(finding).join("\n"));
  return [
    `the client broke the contract in session ${session} (${rules})`,
    ...blocks,
    `If this is intended: await session.allow(${names.join(", ")})`,
  ].join("\n\n");
}

function* factsOf({ basis, near_misses: nearMisses, occurrences: [first] }) {
  if (basis.source || basis.position) yield `basis: ${basis.source || `position ${basis.position}`}${basis.text ? `: ${basis.text}` : ""}`;
  if (nearMisses.length) yield `most like: ${nearMisses.map(({ method, path, operation }) => `${method} ${path} (${operation})`).join(", ")}`;
  if (first?.response) yield `response: ${first.response}`;
  if (first?.request) yield `request: ${first.request.replaceAll("\n", "\n         ")}`;
}

function linesOf(finding) {
  const where = finding.request ? "" : `  ${finding.location.join(".")}`;
  const times = finding.count > 1 ? `  ×${finding.count}` : "";
  const head = `${finding.request || finding.operation || finding.vendor}${where}  ${finding.rule}${times}`;
  return [head, `    the contract: ${finding.message}`, ...[...factsOf(finding)].map((fact) => `    ${fact}`)];
}

/** The narrowest names that allow a finding. */
function allowNames({ operation, vendor, request, responses, rule }) {
  if (request) return [request.split("?")[0]];
  if (!operation) return [`${vendor || "*"}:${rule === "http" ? "http" : "*"}`];
  const remaining = responses.filter(({ count, allowed }) => count > allowed);
  if (!remaining.length) return [`${operation}:${rule}`];
  return remaining.map(({ outcome, status }) => `${operation}:${outcome || status || "*"}`);
}
