// The records of the CRMs: look at, add, change and delete them.

import { call } from "./api.js";
import { action, cut, field, fill, h, options, toast } from "./dom.js";
import { bodyView } from "./json_view.js";
import { parseJson } from "./queue.js";
import { oneSession, state } from "./state.js";

const MAX_SHOWN = 200;

let vendorSelect, kindSelect, searchInput, list, editor, title;
let records = [];
let wasChosen = false; // the user chose the vendor

export const recordsPart = {
  name: "records",
  title: "Records",
  build() {
    vendorSelect = h("select", { onchange: chooseVendor });
    kindSelect = h("select", { onchange: action(refresh) });
    searchInput = h("input", { type: "search", oninput: showList });
    title = h("h2", {});
    list = h("div", { class: "record-list" });
    editor = h("section", { "aria-label": "Editor" });
    return h(
      "div",
      { class: "columns" },
      h(
        "section",
        {},
        title,
        h("div", { class: "fields" }, field("Vendor", vendorSelect), field("Kind", kindSelect), field("Search", searchInput)),
        h("p", { class: "buttons" }, h("button", { type: "button", onclick: () => edit(null) }, "Add a record…")),
        list,
      ),
      editor,
    );
  },
  open() {
    const last = state.lastOperation.split(".")[0];
    if (!wasChosen && state.vendors[last]?.records.length) {
      vendorSelect.value = last;
      fillKinds();
    }
    return refresh();
  },
  sessionChanged: refresh,
  vendorsChanged() {
    const chosen = vendorSelect.value;
    const names = Object.keys(state.vendors).filter((name) => state.vendors[name].records.length);
    fill(vendorSelect, options(names));
    vendorSelect.value = names.includes(chosen) ? chosen : names[0] ?? "";
    fillKinds();
  },
};

const chooseVendor = action(async () => {
  wasChosen = true;
  fillKinds();
  await refresh();
});

function fillKinds() {
  const chosen = kindSelect.value;
  const kinds = state.vendors[vendorSelect.value]?.records ?? [];
  fill(kindSelect, options(kinds));
  kindSelect.value = kinds.includes(chosen) ? chosen : kinds[0] ?? "";
}

const place = (more = {}) => ({ session: oneSession(), vendor: vendorSelect.value, kind: kindSelect.value, ...more });
const keyName = () => state.vendors[vendorSelect.value].record_keys[kindSelect.value];

async function refresh() {
  fill(editor);
  title.textContent = `Records of session ${oneSession()}`;
  records = kindSelect.value ? (await call("GET", "records", { query: place() })).records : [];
  showList();
}

function showList() {
  const wanted = searchInput.value.toLowerCase();
  const found = records.filter((record) => !wanted || JSON.stringify(record).toLowerCase().includes(wanted));
  fill(
    list,
    h("p", { class: "counts", role: "status" }, `${found.length} of ${records.length} records${found.length > MAX_SHOWN ? `, the first ${MAX_SHOWN} are shown` : ""}`),
    found.slice(0, MAX_SHOWN).map((record) =>
      h(
        "details",
        { class: "record" },
        h("summary", {}, h("strong", {}, String(record[keyName()])), h("span", { class: "muted" }, ` ${brief(record)}`)),
        bodyView(JSON.stringify(record)),
        h(
          "p",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => edit(record) }, "Change…"),
          h("button", { type: "button", class: "danger", onclick: remove(record) }, "Delete"),
        ),
      ),
    ),
  );
}

const brief = (record) =>
  cut(Object.values(record).filter((value) => typeof value === "string" && value).slice(0, 4).join(" · "), 80);

function edit(record) {
  const text = h("textarea", { rows: "18", class: "code", spellcheck: "false", value: JSON.stringify(record ?? { [keyName()]: "" }, null, 2) });
  const save = action(async () => {
    await call("PUT", "records", { query: place(), body: parseJson(text.value, "The record") });
    toast("Stored");
    await refresh();
  });
  fill(
    editor,
    h("h2", {}, record ? `Change ${record[keyName()]}` : "Add a record"),
    h(
      "form",
      { onsubmit: save },
      field(`Record of ${vendorSelect.value}.${kindSelect.value}; its key is ${keyName()}`, text),
      h("p", { class: "buttons" }, h("button", { type: "submit", class: "primary" }, "Store"), h("button", { type: "button", onclick: () => fill(editor) }, "Cancel")),
    ),
  );
  text.focus();
}

const remove = (record) =>
  action(async () => {
    const key = String(record[keyName()]);
    if (!confirm(`Delete ${key}?`)) return;
    await call("DELETE", "records", { query: place({ key }) });
    toast(`${key} was deleted`);
    await refresh();
  });
