// Example requests of an operation, from the contract in force.

import { call } from "./api.js";
import { oneSession } from "./state.js";

const contracts = new Map();

/** Forget the contracts: a setting may have changed them. */
export const forgetContracts = () => contracts.clear();

/** Return the contract of a vendor in a session. @param {string} base path of the session */
async function contractOf(vendor, base) {
  const url = `${base}/openapi/${vendor}.json`;
  if (!contracts.has(url)) contracts.set(url, fetch(url).then((response) => response.json()));
  return contracts.get(url);
}

function follow(document, node) {
  let found = node;
  for (let steps = 0; found?.$ref && steps < 20; steps++) {
    const names = found.$ref.slice(2).split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
    found = names.reduce((inner, name) => inner?.[name], document);
  }
  return found ?? {};
}

/**
 * Return example requests of an operation: `{name, method, path, headers, body}`.
 * @param {object} operation of `GET /__admin/vendors`
 * @param {object} credentials demo credentials of the vendor
 * @param {string} base path of the session
 */
export async function exampleRequests(operation, credentials, base) {
  const document = await contractOf(operation.vendor, base);
  const found = findNode(document, operation);
  if (!found) return [{ name: "empty", method: operation.method, path: operation.path, headers: [], body: "" }];
  const { item, node } = found;
  const parameters = [...(item.parameters ?? []), ...(node.parameters ?? [])].map((each) => follow(document, each));
  const content = Object.entries(follow(document, node.requestBody).content ?? {});
  const written = content.filter(([mediaType]) => !isXml(mediaType)).flatMap(([mediaType, about]) => bodies(document, mediaType, about));
  const lacks = (each) => each.required && exampleOf(each, document) === "";
  const isSampled = content.some(([mediaType]) => isXml(mediaType)) || (content.length && !written.length) || parameters.some(lacks);
  const sample = isSampled ? await sampleOf(operation) : { parameters: [], xml_examples: [] };
  const examples = [...written, ...sample.xml_examples.map(({ name, media_type: mediaType, body }) => ({ name, mediaType, body }))];
  for (const each of parameters.filter(lacks)) each.example = sample.parameters.find(({ name, in: place }) => name === each.name && place === each.in)?.value;
  const key = keyFor(document, node, credentials);
  const path = filledPath(operation.path, parameters, key.query, document);
  const headers = [...key.headers, ...required(parameters, "header", document)];
  const base_ = { method: operation.method, path };
  if (!content.length) return [{ ...base_, name: "request", headers, body: "" }];
  const all = examples.length ? examples : [{ name: "made from the schema", mediaType: sample.media_type, body: encoded(sample.media_type, sample.body) }];
  return all.map(({ name, mediaType: type, body }) => ({ ...base_, name, headers: [...headers, ["Content-Type", type]], body }));
}

const isXml = (mediaType) => /^(application\/(.*\+)?xml|text\/xml)$/.test(mediaType);

/** Return what the mocks make from the schemas: a request for what has no example, and the examples in XML. */
const sampleOf = (operation) => call("GET", "sample", { query: { operation: operation.id, session: oneSession() } });

function findNode(document, operation) {
  const id = operation.id.slice(operation.vendor.length + 1);
  for (const item of Object.values(document.paths ?? {})) {
    const node = item[operation.method.toLowerCase()];
    if (node && (node.operationId === id || item === document.paths[operation.path])) return { item, node };
  }
  return null;
}

function bodies(document, mediaType, about) {
  const examples = Object.entries(about.examples ?? {}).map(([name, node]) => [name, follow(document, node).value]);
  if (about.example !== undefined) examples.push(["example", about.example]);
  return examples.map(([name, value]) => ({ name, mediaType, body: encoded(mediaType, value) }));
}

function encoded(mediaType, value) {
  if (mediaType.includes("x-www-form-urlencoded") && value && typeof value === "object") return new URLSearchParams(value).toString();
  return typeof value === "string" && !mediaType.includes("json") ? value : JSON.stringify(value, null, 2);
}

function exampleOf(parameter, document) {
  const named = Object.values(parameter.examples ?? {})[0];
  const value = parameter.example ?? (named && follow(document, named).value) ?? parameter.schema?.example ?? parameter.schema?.enum?.[0] ?? "";
  return Array.isArray(value) ? value.join(",") : String(value);
}

const required = (parameters, place, document) =>
  parameters.filter((each) => each.in === place && each.required).map((each) => [each.name, exampleOf(each, document)]);

function filledPath(path, parameters, keys, document) {
  let filled = path;
  for (const [name, value] of required(parameters, "path", document)) filled = filled.replace(`{${name}}`, encodeURIComponent(value) || `{${name}}`);
  const query = new URLSearchParams([...required(parameters, "query", document), ...keys]).toString();
  return filled + (query ? `?${query}` : "");
}

const plain = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Return the demo credentials for the first security alternative that they satisfy, as headers and query. */
function keyFor(document, node, credentials) {
  const demo = Object.fromEntries(Object.entries(credentials).map(([name, value]) => [plain(name), value]));
  const schemes = document.components?.securitySchemes ?? {};
  for (const alternative of node.security ?? document.security ?? []) {
    for (const name of Object.keys(alternative)) {
      const scheme = follow(document, schemes[name]);
      const found = keyForScheme(demo, name, scheme);
      if (found) return { headers: [], query: [], ...found };
    }
  }
  return { headers: [], query: [] };
}

function keyForScheme(demo, name, scheme) {
  const named = demo[plain(name)];
  if (scheme.type === "apiKey") {
    const key = demo[plain(scheme.name)] ?? named;
    if (key === undefined || scheme.in === "cookie") return null;
    return scheme.in === "query" ? { query: [[scheme.name, key]] } : { headers: [[scheme.name, key]] };
  }
  if (scheme.type === "http" && scheme.scheme?.toLowerCase() === "basic") {
    const user = named !== undefined ? `${named}:` : demo.username !== undefined ? `${demo.username}:${demo.password ?? ""}` : null;
    return user === null ? null : { headers: [["Authorization", `Basic ${btoa(user)}`]] };
  }
  return demo.token !== undefined ? { headers: [["Authorization", `Bearer ${demo.token}`]] } : null;
}
