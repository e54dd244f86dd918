// The verdict so far, and downloads.

import { adminUrl, call, root } from "./api.js";
import { counted, fill, h, prose } from "./dom.js";
import { ALL, prefixOf, state } from "./state.js";

let summary, downloads;

export const verdictPart = {
  name: "verdict",
  title: "Verdict",
  build() {
    summary = h("section", { "aria-label": "Verdict so far" });
    downloads = h("section", {});
    return h("div", { class: "columns" }, summary, downloads);
  },
  open: refresh,
  sessionChanged: refresh,
};

async function refresh() {
  showDownloads();
  const session = state.session;
  let report;
  try {
    report = await call("GET", "verdict", { query: { session } });
  } catch (error) {
    if (error.status !== 404) throw error;
    const isAbsent = error.message.includes("no such path");
    fill(summary, h("h2", {}, "Verdict so far"), h("p", { class: "notice" }, isAbsent ? "The verdict comes from the package crm_contracts, which is not installed here. The requests and their violations are shown without it." : error.message));
    return;
  }
  if (state.session === session) fill(summary, ...parts(report));
}

const WORDS = { kept: "The client keeps the contract", broken: "The client broke the contract", "not checked": "Nothing has been checked yet" };

function parts(report) {
  const failing = report.findings.filter((finding) => finding.standing === "fails");
  const others = report.findings.filter((finding) => finding.standing !== "fails");
  return [
    h("h2", {}, "Verdict so far"),
    h("p", { class: `verdict ${report.verdict === "broken" ? "bad" : report.verdict === "not checked" ? "none" : "good"}` }, WORDS[report.verdict] ?? report.verdict),
    h("p", {}, `${counted(report.exchanges, "request")}, of which ${report.faulty} broke the contract. ${report.coverage.covered} of ${report.coverage.total} outcomes met (${report.coverage.percent} %).`),
    h("p", { class: "buttons" }, h("button", { type: "button", onclick: () => refresh() }, "Compute again")),
    failing.length > 0 && [h("h3", { class: "bad-text" }, counted(failing.length, "finding")), h("ol", { class: "cards" }, failing.map(finding))],
    report.unmatched.length > 0 && h("p", {}, `${counted(report.unmatched.length, "path")} without an operation: see the list of requests.`),
    others.length > 0 && h("details", {}, h("summary", {}, `${counted(others.length, "finding")} that ${others.length === 1 ? "does" : "do"} not fail`), h("ol", { class: "cards" }, others.map(finding))),
  ];
}

const finding = (each) =>
  h(
    "li",
    { class: "card" },
    h("p", {}, h("strong", {}, each.operation || each.request || each.vendor), ` ${each.count > 1 ? `${each.count} times` : "once"}`),
    h("p", {}, h("code", {}, each.location.join(".")), ` ${each.message}`),
    each.sent && h("p", {}, "sent ", h("code", {}, each.sent)),
    each.basis?.text && h("blockquote", {}, prose(each.basis.text), each.basis.source && h("cite", {}, " ", prose(each.basis.source))),
    each.reproduction && h("details", {}, h("summary", {}, "How to reproduce"), h("pre", { tabindex: "0" }, each.reproduction)),
  );

function showDownloads() {
  const session = state.session;
  const name = session === ALL ? "all" : session;
  const base = root + (session === ALL ? "" : prefixOf(session));
  const link = (href, file, text) => h("li", {}, h("a", { href, download: file }, text));
  fill(
    downloads,
    h("h2", {}, "Downloads"),
    h(
      "ul",
      { class: "downloads" },
      link(adminUrl("requests/har", { session }), `crm-mocks-${name}.har`, "Requests as HAR"),
      link(adminUrl("requests", { session }), `crm-mocks-${name}-journal.json`, "Journal as JSON"),
      ["html", "json", "junit", "markdown"].map((format) => link(adminUrl("verdict", { session, format }), `crm-mocks-${name}-verdict.${{ junit: "xml", markdown: "md" }[format] ?? format}`, `Verdict as ${{ html: "HTML", json: "JSON", junit: "JUnit XML", markdown: "Markdown" }[format]}`)),
      Object.keys(state.vendors).map((vendor) => link(`${base}/openapi/${vendor}.json`, `${vendor}.json`, `Contract of ${vendor}`)),
    ),
  );
}
