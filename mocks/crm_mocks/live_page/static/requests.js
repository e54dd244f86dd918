// The requests as they come: filters, a bounded list, and the details of one.

import { adminUrl } from "./api.js";
import { showDetails } from "./details.js";
import { field, fill, h, options } from "./dom.js";
import { ALL, operations, prefixOf, state } from "./state.js";
import { Stream } from "./stream.js";

const MAX_SHOWN = 1000;

const filters = { vendor: "", operation: "", violations: false, unmatched: false, text: "" };
let entries = []; // newest first
let leftOut = 0;
let older = 0;
let isPaused = false;
let waiting = [];
let selected = null;
let shown = new Map(); // rows by id

let list, counts, note, details, stream, pauseButton, panel;

export const requestsPart = {
  name: "requests",
  title: "Requests",
  build(context) {
    stream = new Stream({ entries: receive, status: context.connection });
    list = h("ol", { class: "requests", "aria-label": "Requests, newest first" });
    counts = h("p", { class: "counts", role: "status" });
    note = h("p", { class: "notice", hidden: true });
    details = h("section", { class: "details", "aria-label": "Details of the request", hidden: true, tabindex: "-1" });
    pauseButton = h("button", { type: "button", "aria-pressed": "false", onclick: togglePause }, "Pause");
    panel = h("div", { class: "split" }, h("div", { class: "list-side" }, filterBar(), counts, note, list), details);
    list.addEventListener("keydown", moveInList);
    return panel;
  },
  open: () => render(),
  sessionChanged: reload,
  vendorsChanged: () => fillFilters(),
  key(event) {
    if (event.key === "/") focusFilter();
    else if (event.key === "Escape") closeDetails();
    else if (event.key === "v") toggleViolations();
    else if (event.key === "p") togglePause();
    else if (event.key === "j" || event.key === "k") moveInList(event);
    else return false;
    return true;
  },
};

let vendorSelect, operationSelect, violationsBox, unmatchedBox, textInput;

function filterBar() {
  const changed = () => {
    Object.assign(filters, {
      vendor: vendorSelect.value,
      operation: operationSelect.value,
      violations: violationsBox.checked,
      unmatched: unmatchedBox.checked,
    });
    fillFilters();
    reload();
  };
  const all = () => h("option", { value: "" }, "all"); // until the vendors are known
  vendorSelect = h("select", { onchange: changed }, all());
  operationSelect = h("select", { onchange: changed }, all());
  violationsBox = h("input", { type: "checkbox", onchange: changed });
  unmatchedBox = h("input", { type: "checkbox", onchange: changed });
  textInput = h("input", {
    type: "search",
    placeholder: "path, outcome, message",
    oninput: () => {
      filters.text = textInput.value.toLowerCase();
      render();
    },
  });
  return h(
    "form",
    { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
    field("Vendor", vendorSelect),
    field("Operation", operationSelect),
    field("Search", textInput),
    h("label", { class: "check" }, violationsBox, " broke the contract"),
    h("label", { class: "check" }, unmatchedBox, " matched no operation"),
    h("span", { class: "buttons" }, pauseButton, h("button", { type: "button", onclick: clearFilters }, "Clear filters")),
  );
}

function fillFilters() {
  const all = operations().filter((operation) => !filters.vendor || operation.vendor === filters.vendor);
  if (filters.operation && !all.some((operation) => operation.id === filters.operation)) filters.operation = "";
  fill(vendorSelect, h("option", { value: "" }, "all"), options(Object.keys(state.vendors)));
  fill(operationSelect, h("option", { value: "" }, "all"), options(all.map((operation) => operation.id)));
  vendorSelect.value = filters.vendor;
  operationSelect.value = filters.operation;
}

function clearFilters() {
  violationsBox.checked = unmatchedBox.checked = false;
  textInput.value = "";
  Object.assign(filters, { vendor: "", operation: "", violations: false, unmatched: false, text: "" });
  fillFilters();
  reload();
}

const focusFilter = () => textInput.focus();

function toggleViolations() {
  violationsBox.checked = !violationsBox.checked;
  filters.violations = violationsBox.checked;
  reload();
}

function togglePause() {
  isPaused = !isPaused;
  pauseButton.setAttribute("aria-pressed", String(isPaused));
  pauseButton.textContent = isPaused ? "Continue" : "Pause";
  if (!isPaused) {
    add(waiting);
    waiting = [];
  }
  render();
}

/** Read the journal anew, as the session and the filters ask. */
export function reload() {
  entries = [];
  waiting = [];
  leftOut = older = 0;
  render();
  stream.open({
    session: state.session,
    vendor: filters.vendor,
    operation: filters.operation,
    violations: filters.violations || undefined,
    unmatched: filters.unmatched || undefined,
  });
}

function receive(batch) {
  leftOut += batch.left_out;
  const known = new Set(entries.map((entry) => entry.id));
  const added = batch.entries.filter((entry) => !known.has(entry.id)).reverse();
  if (isPaused) waiting = [...added, ...waiting].slice(0, MAX_SHOWN);
  else add(added);
  render();
  if (added.length) document.dispatchEvent(new CustomEvent("requests-came"));
}

function add(newest) {
  entries = [...newest, ...entries];
  state.lastOperation = entries.find((entry) => entry.operation)?.operation ?? "";
  older += Math.max(0, entries.length - MAX_SHOWN);
  entries.length = Math.min(entries.length, MAX_SHOWN);
}

const matchesText = (entry) =>
  !filters.text ||
  [entry.method, entry.path, entry.query, entry.operation, entry.outcome, entry.violation, entry.session, entry.fault, String(entry.status)]
    .join(" ")
    .toLowerCase()
    .includes(filters.text);

function render() {
  const visible = entries.filter(matchesText);
  const rows = new Map(visible.map((entry) => [entry.id, shown.get(entry.id) ?? row(entry)]));
  for (const [id, element] of shown) if (!rows.has(id)) element.remove();
  let place = list.firstChild;
  if (place?.className === "empty") {
    place.remove();
    place = list.firstChild;
  }
  for (const element of rows.values()) {
    if (element === place) place = place.nextSibling;
    else list.insertBefore(element, place);
  }
  shown = rows;
  if (!rows.size) fill(list, emptyRow());
  const broken = visible.filter((entry) => entry.violations).length;
  const unmatched = visible.filter((entry) => entry.unmatched).length;
  fill(
    counts,
    `${visible.length.toLocaleString("en")} shown`,
    broken ? h("strong", { class: "bad-text" }, ` · ${broken} broke the contract`) : visible.length ? " · none broke the contract" : "",
    unmatched ? h("strong", { class: "bad-text" }, ` · ${unmatched} matched no operation`) : "",
    isPaused && ` · paused, ${waiting.length} waiting`,
  );
  const remarks = [];
  if (leftOut) remarks.push(`Too many at once: ${leftOut.toLocaleString("en")} are left out here, not in the journal.`);
  if (older) remarks.push(`The list keeps the newest ${MAX_SHOWN.toLocaleString("en")}; filters search the whole journal.`);
  note.hidden = !remarks.length;
  note.textContent = remarks.join(" ");
}

function emptyRow() {
  const isFiltered = Object.values(filters).some(Boolean);
  if (isFiltered) return h("li", { class: "empty" }, "No request matches the filters.");
  const url = location.origin + adminUrl("").replace(/\/__admin\/$/, "") + (state.session === ALL ? "" : prefixOf(state.session));
  const names = Object.entries(state.vendors);
  return h(
    "li",
    { class: "empty" },
    h("h2", {}, "No requests yet"),
    h("p", {}, "Point your client at ", h("code", {}, url), " and its requests appear here. Or open ", h("a", { href: "#operations" }, "Operations"), " and try one."),
    names.map(([name, about]) =>
      h(
        "p",
        {},
        h("strong", {}, name),
        " ",
        Object.entries(about.credentials).map(([key, value]) => [`${key} `, h("code", {}, value), " "]),
      ),
    ),
  );
}

export function statusClass(entry) {
  if (entry.fault || !entry.status) return "fault";
  return entry.status >= 500 ? "server-error" : entry.status >= 400 ? "refused" : "success";
}

function row(entry) {
  const name = entry.operation ?? (entry.unmatched ? "no operation" : entry.vendor ?? "");
  const extra = [entry.outcome, entry.chosen_by !== "mock" && `by ${entry.chosen_by}`, entry.fault].filter(Boolean).join(" · ");
  const problem = entry.violations
    ? `${entry.violations > 1 ? `${entry.violations} violations: ` : ""}${entry.violation}`
    : entry.unmatched
      ? "no operation has this path"
      : "";
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: `request${problem ? " broken" : ""}`, "data-id": entry.id, onclick: () => select(entry.id) },
      h("span", { class: `status ${statusClass(entry)}` }, entry.status || "—"),
      h("span", { class: "what" }, h("span", { class: "line-one" }, h("b", {}, entry.method), " ", entry.path, entry.query && `?${entry.query}`), h("span", { class: "line-two" }, name, extra && ` · ${extra}`, state.session === ALL && ` · ${entry.session}`)),
      problem && h("span", { class: "problem" }, "✗ ", problem),
      h("time", { datetime: entry.at, title: entry.at }, entry.at.slice(11, 19)),
    ),
  );
}

function moveInList(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step) return;
  const buttons = [...list.querySelectorAll("button.request")];
  const current = buttons.findIndex((button) => button === document.activeElement || (document.activeElement?.className !== "request" && button.dataset.id === selected));
  const next = buttons[Math.max(0, Math.min(buttons.length - 1, current + step))];
  next?.focus();
  if (next && !details.hidden) select(next.dataset.id, { keepFocus: true });
  event.preventDefault();
}

function select(id, { keepFocus = false } = {}) {
  shown.get(selected)?.firstChild.removeAttribute("aria-current");
  selected = id;
  shown.get(id)?.firstChild.setAttribute("aria-current", "true");
  details.hidden = false;
  panel.classList.add("with-details");
  showDetails(details, id, { close: closeDetails }).then(() => {
    if (!keepFocus) details.focus({ preventScroll: true });
    if (!list.checkVisibility()) window.scrollTo(0, 0); // on a narrow screen the details replace the list
  });
}

function closeDetails() {
  if (details.hidden) return;
  details.hidden = true;
  panel.classList.remove("with-details");
  const button = shown.get(selected)?.firstChild;
  button?.removeAttribute("aria-current");
  button?.focus();
}
