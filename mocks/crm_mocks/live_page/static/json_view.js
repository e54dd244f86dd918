// JSON as it was sent, indented, with the members marked that break the contract.

import { h } from "./dom.js";

const MAX_LINES = 3000;
const TOKEN = /\s*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|([^\s[\]{},:"]+))/y;

/** Return the tokens of a JSON text. @throws {SyntaxError} it is not JSON */
function tokens(text) {
  JSON.parse(text);
  const found = [];
  TOKEN.lastIndex = 0;
  for (let match; TOKEN.lastIndex < text.length && (match = TOKEN.exec(text)); ) found.push(match[1] ?? match[2] ?? match[3]);
  return found;
}

/** Return lines `{depth, key, text, path, close}` of a JSON text; numbers stay as they were written. */
export function jsonLines(text) {
  const all = tokens(text);
  const lines = [];
  let at = 0;
  const comma = () => (all[at] === "," ? "," : "");
  function value(depth, key, path) {
    const token = all[at++];
    if (token !== "{" && token !== "[") {
      lines.push({ depth, key, text: token + comma(), path });
      return;
    }
    const end = token === "{" ? "}" : "]";
    if (all[at] === end) {
      at++;
      lines.push({ depth, key, text: token + end + comma(), path });
      return;
    }
    lines.push({ depth, key, text: token, path });
    for (let index = 0; all[at] !== end; index++) {
      let name = null;
      if (token === "{") {
        name = all[at];
        at += 2;
      }
      value(depth + 1, name, [...path, name === null ? index : JSON.parse(name)]);
      if (all[at] === ",") at++;
    }
    at++;
    lines.push({ depth, key: null, text: end + comma(), path, close: true });
  }
  value(0, null, []);
  return lines;
}

const pointer = (path) => path.map((step) => `/${step}`).join("");

/** Return marks by path: those whose place is not in the text stand at the nearest place above. */
function placed(lines, marks) {
  const known = new Set(lines.map((line) => pointer(line.path)));
  const result = new Map();
  for (const mark of marks) {
    let path = mark.path;
    while (path.length && !known.has(pointer(path))) path = path.slice(0, -1);
    const place = pointer(path);
    result.set(place, [...(result.get(place) ?? []), mark]);
  }
  return result;
}

/**
 * Return an element that shows a body.
 * @param {string} text the body as sent
 * @param {{path: (string|number)[], message: string, kind: string}[]} marks members to mark
 */
export function bodyView(text, marks = []) {
  if (!text) return h("p", { class: "muted" }, "no body");
  let lines;
  try {
    lines = jsonLines(text);
  } catch {
    return h("pre", { class: "body", tabindex: "0" }, text); // no JSON, truncated, or nested too deeply
  }
  const byPlace = placed(lines, marks);
  const shown = lines.slice(0, MAX_LINES).map((line) => lineView(line, line.close ? [] : byPlace.get(pointer(line.path)) ?? []));
  const rest = lines.length - shown.length;
  return h("pre", { class: "body", tabindex: "0" }, shown, rest > 0 && `… ${rest} more lines, see the journal`);
}

function lineView(line, marks) {
  const indent = "  ".repeat(Math.min(line.depth, 40));
  const kind = /^"/.test(line.text) ? "string" : /^[[\]{}]/.test(line.text) ? "bracket" : "literal";
  const content = [
    indent,
    line.key !== null && [h("span", { class: "key" }, line.key), ": "],
    h("span", { class: kind }, line.text),
  ];
  if (!marks.length) return h("span", { class: "line" }, content);
  const isBad = marks.some((mark) => mark.kind === "violation");
  return h(
    "span",
    { class: `line marked ${isBad ? "bad" : "warn"}` },
    content,
    marks.map((mark) => h("span", { class: "line mark-text" }, `${indent}${mark.kind === "violation" ? "✗" : "!"} ${mark.message}`)),
  );
}
