// A request of the journal as a curl command and as a test with the pytest plugin.

const OWN_HEADERS = /^(host|content-length|connection|accept-encoding|user-agent|transfer-encoding|sec-.*|origin|referer|x-mock-session|dnt|cookie|priority|pragma|cache-control|accept-language)$/i;

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Return the headers of a request that its sender chose. */
export const ownHeaders = (request) =>
  request.headers.filter(([name, value]) => !OWN_HEADERS.test(name) && !(name === "accept" && value === "*/*"));

const pathOf = (request) => request.path + (request.query ? `?${request.query}` : "");

/** Return a request as a curl command for a POSIX shell. */
export function curlCommand(request, base) {
  const parts = [`curl -sS -X ${request.method} ${quoted(base + pathOf(request))}`];
  for (const [name, value] of ownHeaders(request)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.body) parts.push(`--data-raw ${quoted(request.body)}`);
  return parts.join(" \\\n  ");
}

/** Return a value as a Python expression. */
export function python(value, indent = "") {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return String(value);
  const inner = `${indent}    `;
  const parts = Array.isArray(value)
    ? value.map((each) => python(each, inner))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${python(each, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const line = `${open}${parts.join(", ")}${close}`;
  if (line.length + indent.length < 90 && !line.includes("\n")) return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join("")}${indent}${close}`;
}

const snake = (text) => text.replace(/([a-z0-9])([A-Z])/g, "$1_$2").replace(/\W+/g, "_").toLowerCase();

/** Return a test that sends the request and expects the response. */
export function pytestTest(entry) {
  const { request, answer } = entry;
  const fixture = entry.vendor ?? "crm_mocks";
  const name = snake(`${(entry.operation ?? "an_unknown_path").split(".").pop()}_${answer.outcome ?? answer.status}`);
  const headers = Object.fromEntries(ownHeaders(request));
  const lines = ["import requests", "", "", `def test_${name}(${fixture}):`];
  if (entry.chosen_by === "queue" && entry.operation) {
    const response = answer.outcome ? `example=${python(answer.outcome)}` : `status=${answer.status}`;
    lines.push(`    ${fixture}.respond(operation=${python(entry.operation.split(".")[1])}, ${response})`);
  }
  const args = [`${python(request.method)}`, `f"{${fixture}.url}${pathOf(request).replace(/["\\{}]/g, escapePython)}"`];
  if (Object.keys(headers).length) args.push(`headers=${python(headers, "        ")}`);
  if (request.body) args.push(`data=${python(request.body)}.encode()`);
  lines.push("    response = requests.request(", ...args.map((arg) => `        ${arg},`), "    )");
  lines.push(`    assert response.status_code == ${answer.status}`);
  return `${lines.join("\n")}\n`;
}

const escapePython = (character) => (character === "{" || character === "}" ? character + character : `\\${character}`);
