// What the parts of the page share: the chosen session, the vendors and the sessions.

import { call } from "./api.js";

export const ALL = "*";

export const state = {
  session: document.documentElement.dataset.session || "default",
  sessions: [],
  vendors: {},
  lastOperation: "", // of the newest request, where forms begin
};

/** Return the session that forms apply to: one cannot change all of them. */
export const oneSession = () => (state.session === ALL ? "default" : state.session);

/** Return the path of the URL under which a client reaches a session. */
export const prefixOf = (session) => (session === "default" ? "" : `/~${session}`);

export async function loadVendors() {
  state.vendors = (await call("GET", "vendors", { query: { session: oneSession() } })).vendors;
}

export async function loadSessions() {
  state.sessions = (await call("GET", "sessions")).sessions;
}

/** Return all operations with their vendors. */
export const operations = () =>
  Object.entries(state.vendors).flatMap(([vendor, about]) =>
    about.operations.map((operation) => ({ ...operation, vendor })),
  );

export const findOperation = (id) => operations().find((operation) => operation.id === id);
