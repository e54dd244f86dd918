// Send statements with a compiled typescript-fetch client: node driver.cjs CLIENT_FOLDER STATEMENTS URL.
// Prints one JSON object per statement.
const fs = require("node:fs");

const [folder, statements, url] = process.argv.slice(2);
const client = require(folder);

const MODEL = /(\w+)ToJSON\)?\(requestParameters\[["'](\w+)["']\]/;
const LIST = /requestParameters\[["'](\w+)["']\][^;]*?\.map\([^;]*?(\w+)ToJSON/;
const PLAIN = /body: requestParameters\[["'](\w+)["']\]/;

function api(operation, configuration) {
  const type = Object.values(client).find((each) => each.prototype?.[`${operation}Raw`]);
  if (!type) throw new Error(`the client has no ${operation}`);
  return new type(configuration);
}

function camelCase(name) {
  return name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
}

function parameters(target, statement) {
  const { operation, media_type: mediaType, body } = statement;
  if (!mediaType) return {};
  if (!mediaType.includes("json")) {
    return Object.fromEntries(Object.entries(body).map(([name, value]) => [camelCase(name), value]));
  }
  const source = target[`${operation}RequestOpts`].toString();
  const list = source.match(LIST);
  if (list) return { [list[1]]: body.map(client[`${list[2]}FromJSON`]) };
  const model = source.match(MODEL);
  if (model) return { [model[2]]: client[`${model[1]}FromJSON`](body) };
  return { [source.match(PLAIN)[1]]: body };
}

// The client throws refusals unread, so they are read here, by the model that the contract names.
function read(model, value) {
  const from = client[`${model}FromJSON`];
  return from ? client[`${model}ToJSON`](from(value)) : value;
}

async function send(statement) {
  const { username, password, api_keys: apiKeys } = statement.credentials;
  const keys = Object.values(apiKeys);
  const target = api(statement.operation, new client.Configuration({
    basePath: url,
    username: username ?? undefined,
    password: password ?? undefined,
    apiKey: keys.length ? keys[0] : undefined,
    headers: statement.headers,
  }));
  try {
    const response = await target[`${statement.operation}Raw`](parameters(target, statement));
    const value = await response.value();
    const write = client[`${statement.model}ToJSON`];
    return { status: response.raw.status, value: write ? write(value) : value };
  } catch (error) {
    if (!error.response) throw error;
    return { status: error.response.status, value: read(statement.model, await error.response.json()) };
  }
}

(async () => {
  for (const statement of JSON.parse(fs.readFileSync(statements, "utf-8"))) {
    const result = await send(statement).catch((error) => ({ error: String(error.cause ?? error) }));
    console.log(JSON.stringify({ name: statement.name, ...result }));
  }
})();
