// Sessions: their clock, settings, allowed mistakes; reset and new ones.

import { call } from "./api.js";
import { action, field, fill, h, toast } from "./dom.js";
import { parseJson } from "./queue.js";
import { loadSessions, oneSession, prefixOf, state } from "./state.js";

let context, table, chosen;

export const sessionsPart = {
  name: "sessions",
  title: "Sessions",
  build(given) {
    context = given;
    table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Sessions" });
    chosen = h("section", {});
    return h("div", { class: "columns" }, h("section", {}, h("h2", {}, "Sessions"), table, newSession()), chosen);
  },
  open: refresh,
  sessionChanged: refresh,
  sessionsChanged: showTable,
};

async function refresh() {
  await loadSessions();
  showTable();
  await showChosen();
}

function showTable() {
  fill(
    table,
    h(
      "table",
      { class: "data sessions-table" },
      h("thead", {}, h("tr", {}, ["Session", "Requests", "Queued", "Clock", ""].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, state.sessions.map(row)),
    ),
  );
}

function row(session) {
  const name = session.session;
  return h(
    "tr",
    { class: name === oneSession() ? "chosen" : "" },
    h("th", { scope: "row" }, h("button", { type: "button", class: "link", onclick: () => context.chooseSession(name) }, name)),
    h("td", { class: "number" }, session.requests),
    h("td", { class: "number" }, session.queued),
    h("td", {}, session.now.slice(0, 19).replace("T", " "), session.clock === "frozen" && " frozen"),
    h("td", {}, h("button", { type: "button", class: "danger small", "aria-label": `Reset ${name}`, onclick: reset(name) }, "Reset")),
  );
}

const reset = (session) =>
  action(async () => {
    if (!confirm(`Reset session ${session}? Its records, settings, clock, queue and journal are cleared.`)) return;
    await call("POST", "reset", { body: { session } });
    toast(`${session} was reset`);
    context.sessionWasReset();
    await refresh();
  });

function newSession() {
  const input = h("input", { required: true, pattern: "[A-Za-z0-9._\\-]{1,100}", placeholder: "checkout-tests" });
  const create = action(async () => {
    const { url } = await call("POST", "sessions", { body: { session: input.value } });
    toast(`Its URL is ${url}`);
    context.chooseSession(input.value);
    input.value = "";
  });
  return h("form", { onsubmit: create, class: "inline-form" }, field("New session", input), h("button", { type: "submit" }, "Create"));
}

async function showChosen() {
  const session = oneSession();
  const about = state.sessions.find((each) => each.session === session) ?? { allow: [], now: "", clock: "running" };
  const settings = await call("GET", "settings", { query: { session } });
  const url = about.port ? `${location.protocol}//${location.hostname}:${about.port}` : `${location.origin}${prefixOf(session)}`;
  fill(
    chosen,
    h("h2", {}, `Session ${session}`),
    h("p", {}, "Its URL is ", h("code", {}, url)),
    clockForm(session, about),
    allowForm(session, about),
    h("h3", {}, "Settings"),
    Object.entries(settings).filter(([vendor]) => vendor !== "host").map(([vendor, values]) => settingsForm(session, vendor, values)),
  );
}

function clockForm(session, about) {
  const moment = h("input", { placeholder: "2026-01-31T12:00:00Z", value: about.now.slice(0, 19) });
  const seconds = h("input", { type: "number", step: "any", value: "3600" });
  const change = (body) =>
    action(async () => {
      const { now } = await call("POST", "clock", { body: { session, ...body() } });
      toast(`It is ${now} now`);
      await loadSessions(); // the forms stay as they are, with what was typed
      showTable();
    });
  return h(
    "div",
    {},
    h("h3", {}, `Clock (${about.clock})`),
    h("form", { class: "inline-form", onsubmit: change(() => ({ set: moment.value })) }, field("Freeze at", moment), h("button", { type: "submit" }, "Set")),
    h("form", { class: "inline-form", onsubmit: change(() => ({ advance_seconds: Number(seconds.value) })) }, field("Move by seconds", seconds), h("button", { type: "submit" }, "Advance")),
  );
}

function allowForm(session, about) {
  const text = h("textarea", { rows: "2", value: about.allow.join("\n"), placeholder: "config_api.createLead:400", spellcheck: "false" });
  const save = action(async () => {
    const allow = text.value.split("\n").map((line) => line.trim()).filter(Boolean);
    await call("PUT", "sessions", { query: { session }, body: { allow } });
    toast("Saved: the verdict on this session allows them");
  });
  return h("form", { onsubmit: save }, h("h3", {}, "Allowed mistakes"), field("One per line, such as operation:outcome or METHOD path", text), h("p", { class: "buttons" }, h("button", { type: "submit" }, "Save")));
}

function settingsForm(session, vendor, values) {
  let saved = values;
  const inputs = Object.entries(values).map(([name, value]) => [name, h("input", { value: JSON.stringify(value), spellcheck: "false" })]);
  const save = action(async () => {
    const changes = {};
    for (const [name, input] of inputs) {
      if (input.value !== JSON.stringify(saved[name])) changes[`${vendor}.${name}`] = parseJson(input.value, `${name} (in quotes if it is a text)`);
    }
    saved = (await call("PUT", "settings", { query: { session }, body: changes }))[vendor];
    toast("Saved");
    await context.vendorsMayHaveChanged();
  });
  return h(
    "details",
    { class: "settings" },
    h("summary", {}, vendor),
    h("form", { onsubmit: save }, h("div", { class: "fields" }, inputs.map(([name, input]) => field(name, input))), h("p", { class: "buttons" }, h("button", { type: "submit" }, `Save settings of ${vendor}`))),
  );
}
