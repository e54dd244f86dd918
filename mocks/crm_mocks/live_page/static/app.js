// The frame of the page: parts, session, connection and keys.

import { root } from "./api.js";
import { fill, h, options, toast } from "./dom.js";
import { operationsPart } from "./operations.js";
import { queuePart } from "./queue.js";
import { recordsPart } from "./records.js";
import { reload, requestsPart } from "./requests.js";
import { sessionsPart } from "./sessions.js";
import { ALL, loadSessions, loadVendors, state } from "./state.js";
import { verdictPart } from "./verdict.js";

const SESSIONS_MS = 3000;
const OTHER = "…";
const parts = [requestsPart, queuePart, operationsPart, recordsPart, sessionsPart, verdictPart];
const panels = new Map();
const sessionSelect = document.getElementById("session");
const access = document.getElementById("access");
let current = parts[0];

const context = { connection, chooseSession, sessionWasReset: reload, vendorsMayHaveChanged: vendorsChanged };

const quietly = async (run) => {
  try {
    await run();
  } catch (error) {
    if (error.status !== 401) toast(error.message, true);
  }
};

function connection(kind, words) {
  const place = document.getElementById("connection");
  place.className = `connection ${kind}`;
  place.textContent = words;
  if (kind === "live") access.hidden = true;
}

function buildParts() {
  const tabs = document.getElementById("tabs");
  const main = document.getElementById("main");
  parts.forEach((part, index) => {
    const panel = h("div", { class: "panel", id: `panel-${part.name}`, hidden: true }, part.build(context));
    panels.set(part, panel);
    main.append(panel);
    tabs.append(h("a", { href: `#${part.name}`, title: `Key ${index + 1}` }, part.title));
  });
}

function showPart() {
  const name = location.hash.slice(1);
  if (name === "main") return; // the link to skip to the content
  current = parts.find((part) => part.name === name) ?? parts[0];
  for (const [part, panel] of panels) panel.hidden = part !== current;
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.hash === `#${current.name}`) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone the tabs scroll
    } else link.removeAttribute("aria-current");
  }
  document.title = `${current.title} · crm-mocks`;
}

const openPart = () => quietly(async () => current.open?.());

function chooseSession(name) {
  state.session = name;
  fillSessions();
  quietly(async () => {
    await vendorsChanged();
    for (const part of [requestsPart, operationsPart]) part.sessionChanged?.();
    if (current !== requestsPart) await current.sessionChanged?.();
  });
}

async function vendorsChanged() {
  await loadVendors();
  for (const part of parts) part.vendorsChanged?.();
}

function fillSessions() {
  const names = [...new Set([state.session, "default", ...state.sessions.map((each) => each.session)])].filter((name) => name !== ALL).sort();
  const wanted = [ALL, ...names, OTHER];
  const shown = [...sessionSelect.options].map((option) => option.value);
  if (wanted.join("\n") !== shown.join("\n")) {
    fill(sessionSelect, options(wanted, (name) => (name === ALL ? "all sessions" : name === OTHER ? "another one…" : name)));
  }
  sessionSelect.value = state.session;
}

sessionSelect.addEventListener("change", () => {
  if (sessionSelect.value !== OTHER) {
    chooseSession(sessionSelect.value);
    return;
  }
  const name = prompt("Name of the session: letters, digits, dots, hyphens and underscores")?.trim();
  if (name && /^[A-Za-z0-9._-]{1,100}$/.test(name)) chooseSession(name);
  else {
    sessionSelect.value = state.session;
    if (name) toast("A session name is 1 to 100 letters, digits, dots, hyphens or underscores", true);
  }
});

async function watchSessions() {
  if (!document.hidden && access.hidden) {
    try {
      await loadSessions();
      fillSessions();
      current.sessionsChanged?.();
    } catch {
      /* the connection shows it */
    }
  }
  setTimeout(watchSessions, SESSIONS_MS);
}

document.addEventListener("access-denied", () => {
  access.hidden = false;
  fill(
    access,
    h("strong", {}, "This browser has no access yet. "),
    "Open the one-time link that the mocks printed at their start, or make another: ",
    h("code", {}, `curl -X POST -H "Authorization: Bearer <token>" ${location.origin}${root}/__admin/ui/links`),
  );
});

const KEYS = [
  ["1 – 6", "show a part of the page"],
  ["/", "search the requests"],
  ["j k ↓ ↑", "go to the next or previous request"],
  ["Enter", "show a request"],
  ["Esc", "close the details"],
  ["v", "only requests that broke the contract"],
  ["p", "pause the list"],
  ["?", "show these keys"],
];

const help = document.getElementById("help");
fill(
  help,
  h("h2", { id: "help-title" }, "Keys"),
  h("dl", {}, KEYS.map(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)])),
  h("button", { type: "button", onclick: () => help.close() }, "Close"),
);
document.getElementById("help-button").addEventListener("click", () => help.showModal());

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const isField = event.target.closest("input, textarea, select");
  if (isField && event.key === "Escape") event.target.blur();
  if (isField) return;
  const part = parts[Number(event.key) - 1];
  if (part) location.hash = part.name;
  else if (event.key === "?") help.showModal();
  else if (current.key?.(event)) event.preventDefault();
});

window.addEventListener("hashchange", () => {
  showPart();
  openPart();
});

buildParts();
fillSessions();
showPart();
reload();
await quietly(async () => {
  await Promise.all([vendorsChanged(), loadSessions()]);
  fillSessions();
});
await openPart();
watchSessions();
