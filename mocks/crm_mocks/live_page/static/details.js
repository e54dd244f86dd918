// Details of one request: what was wrong, why this response, what was sent both ways, and snippets.

import { call, root } from "./api.js";
import { copyButton, fill, h, prose } from "./dom.js";
import { bodyView } from "./json_view.js";
import { openQueue } from "./queue.js";
import { curlCommand, pytestTest } from "./snippets.js";
import { findOperation, prefixOf } from "./state.js";
import { editAndSend } from "./operations.js";

let latest = 0;

/** Show a request in an element. */
export async function showDetails(element, id, { close }) {
  const ticket = ++latest;
  let entry;
  try {
    entry = await call("GET", "requests/entry", { query: { id, session: id.replace(/-\d+$/, "") } });
  } catch (error) {
    if (ticket === latest) fill(element, head(id, close), h("p", { class: "notice bad-notice" }, error.message));
    return;
  }
  if (ticket !== latest) return; // another one was chosen meanwhile
  fill(element, ...parts(entry, close));
  element.scrollTop = 0;
}

const head = (title, close) =>
  h("div", { class: "details-head" }, h("h2", {}, title), h("button", { type: "button", class: "quiet", onclick: close }, "Close"));

function parts(entry, close) {
  const { request, answer } = entry;
  const url = request.path + (request.query ? `?${request.query}` : "");
  return [
    head([h("b", {}, request.method), " ", url], close),
    h(
      "p",
      { class: "facts" },
      h("span", { class: `status ${answer.status >= 500 ? "server-error" : answer.status >= 400 ? "refused" : answer.status ? "success" : "fault"}` }, answer.status || "no response"),
      ` ${entry.operation ?? "no operation"}${answer.outcome ? ` · ${answer.outcome}` : ""} · ${entry.id} · ${entry.at.slice(0, 19)} · ${entry.milliseconds} ms`,
    ),
    violations(entry),
    nearMisses(entry),
    notices(entry),
    h("h3", {}, "Why this response"),
    h("p", {}, prose(reason(entry))),
    buttons(entry),
    h("h3", {}, "Request"),
    headers(request.headers),
    bodyView(request.body, marks(entry)),
    h("h3", {}, "Response"),
    headers(answer.headers),
    bodyView(answer.body),
    snippets(entry),
  ];
}

const place = (location) => location.slice(1).join(".") || "request";

function violations(entry) {
  if (!entry.violations.length && !entry.answer_faults.length) return null;
  return [
    h("h3", { class: "bad-text" }, entry.violations.length === 1 ? "One violation of the contract" : `${entry.violations.length} violations of the contract`),
    h(
      "ul",
      { class: "violations" },
      entry.violations.map((violation) =>
        h(
          "li",
          {},
          h("code", {}, place(violation.location)),
          " ",
          violation.message,
          h("small", {}, `rule ${violation.code} · basis ${violation.basis}${violation.sent ? ` · sent ${violation.sent}` : ""}`),
        ),
      ),
      entry.answer_faults.map((fault) => h("li", {}, "A bug of the mock: its response breaks the contract: ", fault)),
    ),
  ];
}

function nearMisses(entry) {
  if (!entry.near_misses) return null;
  return [
    h("h3", { class: "bad-text" }, "No operation has this method and path"),
    entry.near_misses.length
      ? h("ul", { class: "violations" }, entry.near_misses.map((miss) => h("li", {}, "Did you mean ", h("code", {}, `${miss.method} ${miss.path}`), `? (${miss.operation})`)))
      : h("p", {}, "No operation has a similar path."),
  ];
}

function notices(entry) {
  if (!entry.notices.length) return null;
  return [
    h("h3", {}, "Notices"),
    h("ul", { class: "notices" }, entry.notices.map((notice) => h("li", {}, h("code", {}, place(notice.location)), ` ${notice.message} `, h("small", {}, notice.kind)))),
  ];
}

const marks = (entry) => [
  ...bodyMarks(entry.violations, "violation"),
  ...bodyMarks(entry.notices, "notice"),
];

const bodyMarks = (found, kind) =>
  found.filter(({ location }) => location[1] === "body").map(({ location, message }) => ({ path: location.slice(2), message, kind }));

function reason(entry) {
  const { chosen_by: by, answer } = entry;
  const outcome = findOperation(entry.operation)?.outcomes.find((each) => each.name === answer.outcome);
  const cause = outcome?.cause ? ` Its cause: ${outcome.cause}` : "";
  const fault = entry.fault ? ` The fault ${entry.fault} replaced the response shown below.` : "";
  if (by === "queue") return `A response of the queue was next for this request.${fault}`;
  if (by === "Prefer") return `The request asked for it, by Prefer or by a query parameter such as __example.${fault}`;
  if (by === "magic") return `A magic value in the request selects it${outcome?.magic ? `: ${outcome.magic}` : ""}.${fault}`;
  if (by === "server") return "The bytes never became a request that an operation could respond to.";
  if (entry.violations.length) return `The request breaks the contract, and the CRM refuses such requests.${cause}`;
  if (!entry.operation) return "No operation of a contract matches the request.";
  return `The mock's own rules.${cause}${answer.outcome ? "" : " The contract does not document this response."}`;
}

function buttons(entry) {
  return h(
    "p",
    { class: "buttons" },
    entry.operation && h("button", { type: "button", onclick: () => openQueue(entry.operation, entry.session) }, "Make the next response…"),
    h("button", { type: "button", onclick: () => editAndSend(entry) }, "Edit and send again…"),
  );
}

function headers(pairs) {
  if (!pairs.length) return null;
  return h(
    "details",
    { class: "headers" },
    h("summary", {}, `${pairs.length} headers`),
    h("table", {}, h("tbody", {}, pairs.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))))),
  );
}

function snippets(entry) {
  const curl = curlCommand(entry.request, location.origin + root + prefixOf(entry.session));
  const test = pytestTest(entry);
  return [
    snippet("curl", curl),
    snippet("pytest", test),
    curl.includes("***") && h("p", { class: "muted" }, "*** stands for a credential that the journal does not keep: fill it in."),
  ];
}

const snippet = (title, text) =>
  h("div", { class: "snippet" }, h("h3", {}, title, " ", copyButton(() => text)), h("pre", { tabindex: "0", "aria-label": `${title} snippet` }, text));
