// The queue of a session, with a form that makes the next response.

import { call } from "./api.js";
import { action, field, fill, h, options, toast } from "./dom.js";
import { loadSessions, oneSession, operations, state } from "./state.js";

const FAULTS = ["EMPTY_RESPONSE", "MALFORMED_RESPONSE_CHUNK", "RANDOM_DATA_THEN_CLOSE", "CONNECTION_RESET_BY_PEER", "TRUNCATED_BODY", "SLOW_BODY", "TIMEOUT"];

let context, operationSelect, outcomes, pending, form, title;
let wasChosen = false; // the user chose the operation
const inputs = {};

export const queuePart = {
  name: "queue",
  title: "Next response",
  build(given) {
    context = given;
    operationSelect = h("select", { onchange: () => ((wasChosen = true), showOutcomes()) });
    outcomes = h("div", { class: "outcome-buttons" });
    pending = h("div", {});
    title = h("h2", {});
    form = ownResponse();
    return h(
      "div",
      { class: "columns" },
      h("section", {}, title, field("Next request of", operationSelect), h("h3", {}, "One click queues an outcome of the contract"), outcomes, h("h3", {}, "or a fault of the connection"), faultButtons(), form),
      h("section", { "aria-label": "Queued responses" }, pending),
    );
  },
  open() {
    if (!wasChosen && state.lastOperation) operationSelect.value = state.lastOperation;
    showOutcomes();
    return refresh();
  },
  sessionChanged: refresh,
  vendorsChanged: fillOperations,
};

/** Open the form for an operation. */
export function openQueue(operation, session) {
  if (session !== oneSession()) context.chooseSession(session);
  fillOperations();
  wasChosen = true;
  operationSelect.value = operation;
  showOutcomes();
  location.hash = "queue";
}

function fillOperations() {
  const chosen = operationSelect.value;
  const names = operations().map((operation) => operation.id);
  fill(operationSelect, options([...names, ...Object.keys(state.vendors)], (name) => (name in state.vendors ? `any operation of ${name}` : name)));
  operationSelect.value = chosen || names[0] || "";
  showOutcomes();
}

const chosenOperation = () => operations().find((operation) => operation.id === operationSelect.value);

function showOutcomes() {
  const found = chosenOperation()?.outcomes ?? [];
  fill(
    outcomes,
    found.map((outcome) =>
      h(
        "button",
        { type: "button", class: "outcome", title: (outcome.cause ?? outcome.summary).replaceAll("`", ""), onclick: queue({ example: outcome.name }) },
        h("span", { class: `status ${outcome.status >= 500 ? "server-error" : outcome.status >= 400 ? "refused" : "success"}` }, outcome.status),
        ` ${outcome.name}`,
      ),
    ),
    !found.length && h("p", { class: "muted" }, "Choose one operation to see its outcomes."),
  );
}

const faultButtons = () =>
  h("div", { class: "outcome-buttons" }, FAULTS.map((fault) => h("button", { type: "button", class: "outcome", onclick: queue({ fault }) }, fault)));

const queue = (response) =>
  action(async () => {
    const body = { session: oneSession(), operation: operationSelect.value, ...response };
    await call("POST", "responses", { body });
    toast(`The next request of ${operationSelect.value} gets ${response.example ?? response.fault ?? response.status ?? "it"}`);
    await refresh();
  });

function ownResponse() {
  inputs.status = h("input", { type: "number", min: "200", max: "599", placeholder: "of the mock" });
  inputs.delay = h("input", { type: "number", min: "0", max: "600000", placeholder: "0" });
  inputs.times = h("input", { type: "number", min: "1", placeholder: "1" });
  inputs.fault = h("select", {}, h("option", { value: "" }, "none"), options(FAULTS));
  inputs.phase = h("select", {}, h("option", { value: "before" }, "is not processed"), h("option", { value: "after" }, "is processed first"));
  inputs.headers = h("textarea", { rows: "2", placeholder: "Retry-After: 30", spellcheck: "false" });
  inputs.body = h("textarea", { rows: "4", placeholder: '{"any": "JSON"}', spellcheck: "false" });
  const submit = action(async () => queue(ownValues())());
  return h(
    "details",
    { class: "own-response" },
    h("summary", {}, "A response of your own: status, body, fault, delay"),
    h(
      "form",
      { onsubmit: submit },
      h("div", { class: "fields" }, field("Status", inputs.status), field("Delay in ms", inputs.delay), field("Number of requests", inputs.times), field("Fault", inputs.fault), field("The request", inputs.phase)),
      field("Headers, one per line", inputs.headers),
      field("Body: JSON, or text if a header names another media type", inputs.body),
      h("p", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, "Queue this response")),
    ),
  );
}

function ownValues() {
  const values = { phase: inputs.phase.value };
  if (inputs.status.value) values.status = Number(inputs.status.value);
  if (inputs.delay.value) values.delay_ms = Number(inputs.delay.value);
  if (inputs.times.value) values.times = Number(inputs.times.value);
  if (inputs.fault.value) values.fault = inputs.fault.value;
  const lines = inputs.headers.value.split("\n").filter((line) => line.trim());
  if (lines.length) values.headers = lines.map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()]);
  if (inputs.body.value.trim()) {
    const isText = lines.some((line) => /^content-type:/i.test(line) && !/json/i.test(line));
    values.body = isText ? inputs.body.value : parseJson(inputs.body.value, "The body");
  }
  return values;
}

export function parseJson(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is not JSON: ${error.message}`);
  }
}

async function refresh() {
  const session = oneSession();
  title.textContent = `Make the next response of session ${session}`;
  const { responses } = await call("GET", "responses", { query: { session } });
  fill(
    pending,
    h("h2", {}, responses.length ? `${responses.length} queued` : "Nothing is queued"),
    !responses.length && h("p", { class: "muted" }, "The mock responds by its own rules."),
    h("ol", { class: "cards" }, responses.map((response) => card(response, session))),
    responses.length > 1 && h("button", { type: "button", class: "danger", onclick: remove({ session }) }, "Delete all"),
  );
}

function card(response, session) {
  const { id, operation, method, path, used, times, ...rest } = response;
  const uses = times === null ? "for all requests" : times === 1 ? "once" : `${times} times`;
  return h(
    "li",
    { class: "card" },
    h("p", {}, h("strong", {}, operation ?? `${method} ${path}`), ` ${uses}${used ? `, used ${used} times` : ""}`),
    h("pre", { tabindex: "0" }, JSON.stringify(rest, null, 2)),
    h("button", { type: "button", class: "danger small", "aria-label": `Delete ${id}`, onclick: remove({ session, id }) }, "Delete"),
  );
}

const remove = (query) =>
  action(async () => {
    await call("DELETE", "responses", { query });
    await Promise.all([refresh(), loadSessions()]);
  });
