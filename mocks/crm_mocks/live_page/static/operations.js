// Operations, their outcomes with what reaches each, and a form to try one from its examples.

import { root } from "./api.js";
import { exampleRequests, forgetContracts } from "./contract.js";
import { action, copyButton, field, fill, h, options, prose } from "./dom.js";
import { bodyView } from "./json_view.js";
import { openQueue } from "./queue.js";
import { ownHeaders } from "./snippets.js";
import { findOperation, oneSession, operations, prefixOf, state } from "./state.js";

let list, chosen, searchInput;
let selected = ""; // operation that the user chose
let current = ""; // operation that is shown
const values = new Map(); // string members of earlier responses, for {{placeholders}} of examples in our own contracts

export const operationsPart = {
  name: "operations",
  title: "Operations",
  build() {
    searchInput = h("input", { type: "search", oninput: showList });
    list = h("div", {});
    chosen = h("section", { tabindex: "-1", "aria-label": "Operation" });
    return h("div", { class: "columns narrow-first" }, h("section", {}, h("h2", {}, "Operations"), field("Search", searchInput), list), chosen);
  },
  open() {
    showList();
    if (!selected && findOperation(state.lastOperation)) return show(state.lastOperation, { isChosen: false });
  },
  sessionChanged: forgetContracts,
  vendorsChanged() {
    forgetContracts();
    showList();
    const id = findOperation(selected)?.id ?? (chosen.isConnected && !chosen.firstChild ? operations()[0]?.id : undefined);
    if (id) show(id, { isChosen: Boolean(selected) });
  },
};

const base = () => root + prefixOf(oneSession());

function showList() {
  const wanted = searchInput.value.toLowerCase();
  fill(
    list,
    Object.entries(state.vendors).map(([vendor, about]) => {
      const found = about.operations.filter((each) => `${each.id} ${each.path} ${each.summary}`.toLowerCase().includes(wanted));
      return (
        found.length > 0 && [
          h("h3", {}, about.title, " ", h("a", { href: `${base()}/openapi/${vendor}.json`, class: "small" }, "contract")),
          h(
            "ul",
            { class: "operation-list" },
            found.map((each) =>
              h("li", {}, h("button", { type: "button", class: "operation", "data-id": each.id, "aria-current": each.id === current && "true", onclick: () => show(each.id).then(() => chosen.focus()) }, h("b", {}, each.method), ` ${each.path}`, h("small", {}, each.summary))),
            ),
          ),
        ]
      );
    }),
  );
}

async function show(id, { isChosen = true } = {}) {
  if (isChosen) selected = id;
  current = id;
  showList();
  const operation = findOperation(id);
  const vendor = state.vendors[operation.vendor];
  const tryIt = h("div", {});
  fill(
    chosen,
    h("h2", {}, h("b", {}, operation.method), ` ${operation.path}`),
    h("p", {}, prose(operation.summary), " ", h("code", {}, operation.id)),
    tryIt,
    h("h3", {}, `${operation.outcomes.length} outcomes and what reaches each`),
    h("p", {}, "By its cause; for one request with the header Prefer or the query __example; with a magic value in the data", vendor.magic_members?.length ? [" (members ", vendor.magic_members.map((name) => [h("code", {}, name), " "]), ")"] : "", "; or from the queue."),
    outcomeTable(operation),
  );
  await showTryIt(tryIt, operation, vendor);
}

function outcomeTable(operation) {
  return h(
    "ul",
    { class: "outcomes" },
    operation.outcomes.map((outcome) =>
      h(
        "li",
        {},
        h("span", { class: `status ${outcome.status >= 500 ? "server-error" : outcome.status >= 400 ? "refused" : "success"}` }, outcome.status),
        h(
          "div",
          {},
          h("strong", {}, outcome.name),
          " ",
          prose(outcome.cause ?? (outcome.only_on_request ? "Only on request." : outcome.summary)),
          h(
            "p",
            { class: "reaches" },
            h("code", {}, `Prefer: example=${outcome.name}`),
            copyButton(() => `Prefer: example=${outcome.name}`),
            outcome.magic !== null && outcome.magic !== undefined && [h("code", {}, String(outcome.magic)), copyButton(() => String(outcome.magic))],
            h("button", { type: "button", class: "quiet small", onclick: () => openQueue(operation.id, oneSession()) }, "Queue…"),
          ),
        ),
      ),
    ),
  );
}

async function showTryIt(place, operation, vendor) {
  const examples = await exampleRequests(operation, vendor.credentials, base());
  if (current !== operation.id) return;
  const loaded = (example) => (vendor.recognised ? example : withValues(example)); // a user's contract has no placeholders
  const choice = h("select", { onchange: () => form.load(loaded(examples[choice.selectedIndex])) }, options(examples.map((example) => example.name)));
  const form = requestForm();
  fill(place, h("h3", {}, "Try it"), field("Example of the contract", choice), form.element);
  form.load(loaded(examples[0]));
}

/** Return a form that sends a request to the session; `load` fills it. */
function requestForm() {
  const method = h("input", { size: "7", required: true });
  const path = h("input", { required: true, spellcheck: "false" });
  const headers = h("textarea", { rows: "3", class: "code", spellcheck: "false" });
  const body = h("textarea", { rows: "8", class: "code", spellcheck: "false" });
  const result = h("div", { "aria-live": "polite" });
  const send = action(async () => {
    fill(result, h("p", { class: "muted" }, "sending …"));
    await sendRequest({ method: method.value.toUpperCase(), path: path.value, headers: parsedHeaders(headers.value), body: body.value }, result);
  });
  const element = h(
    "form",
    { class: "try-it", onsubmit: send },
    h("div", { class: "fields method-and-path" }, field("Method", method), field("Path and query", path)),
    field("Headers, one per line", headers),
    field("Body", body),
    h("p", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, "Send"), h("small", {}, `to session ${oneSession()}, where it counts like a request of your client`)),
    result,
  );
  return {
    element,
    load(request) {
      method.value = request.method;
      path.value = request.path;
      headers.value = request.headers.map(([name, value]) => `${name}: ${value}`).join("\n");
      body.value = request.body;
      fill(result);
    },
  };
}

/** Return an example request with values of earlier responses in place of its placeholders. */
function withValues(example) {
  const filled = (text) => text.replace(/\{\{([A-Za-z_]\w*)\}\}/g, (all, name) => values.get(name) ?? all);
  return { ...example, headers: example.headers.map(([name, value]) => [name, filled(value)]), body: filled(example.body) };
}

const parsedHeaders = (text) =>
  text.split("\n").filter((line) => line.trim()).map((line) => {
    const at = line.indexOf(":");
    if (at < 1) throw new Error(`"${line}" is not a header: write Name: value`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });

async function sendRequest(request, result) {
  const hasBody = request.body && !["GET", "HEAD"].includes(request.method);
  const start = performance.now();
  let response, text;
  try {
    response = await fetch(base() + request.path, { method: request.method, headers: request.headers, body: hasBody ? request.body : undefined, credentials: "omit", redirect: "manual", cache: "no-store" });
    text = await response.text();
  } catch (error) {
    fill(result, h("h3", {}, "No response"), h("p", {}, `The connection failed, as with a fault: ${error.message}`));
    return;
  }
  remember(text);
  const status = response.status;
  fill(
    result,
    h("h3", {}, h("span", { class: `status ${status >= 500 ? "server-error" : status >= 400 ? "refused" : "success"}` }, status), ` in ${Math.round(performance.now() - start)} ms `, h("a", { href: "#requests" }, "see the request")),
    response.headers.get("sl-violations") && h("p", { class: "bad-text" }, "The request breaks the contract: the list of requests shows where."),
    bodyView(text),
  );
}

/** Keep the string members of a response for placeholders of later requests, such as an access token. */
function remember(text) {
  try {
    const pending = [JSON.parse(text)];
    for (let count = 0; pending.length && count < 1000; count++) {
      const value = pending.pop();
      if (!value || typeof value !== "object") continue;
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner === "string") values.set(name, inner);
        else pending.push(inner);
      }
    }
  } catch {
    /* not JSON */
  }
}

/** Show a request of the journal in the form, to change and send it. */
export function editAndSend(entry) {
  selected = current = entry.operation ?? "none";
  location.hash = "operations";
  const form = requestForm();
  fill(chosen, h("h2", {}, `Send ${entry.id} again`), h("p", { class: "muted" }, "*** stands for a credential that the journal does not keep."), form.element);
  form.load({
    method: entry.request.method,
    path: entry.request.path + (entry.request.query ? `?${entry.request.query}` : ""),
    headers: ownHeaders(entry.request),
    body: entry.request.body,
  });
  chosen.focus();
}
