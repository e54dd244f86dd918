import { CrmMocksError } from "./errors.js";

const LOWEST = [0, 1, 0];
const TOO_HIGH = [1, 0, 0];

/**
 * Refuse a server that this package does not work with.
 *
 * @param {import("./control.js").Control} control
 * @param {string} url
 * @returns {Promise<string>} its version
 */
export async function checkVersion(control, url) {
  const { version } = await control.get("version");
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (!numbers) throw new CrmMocksError("NOT_CRM_MOCKS", `${url} is not crm-mocks: its version is ${JSON.stringify(version)}`);
  if (compare(numbers, LOWEST) < 0) throw wrongVersion(version, `pip install --upgrade crm-mocks`);
  if (compare(numbers, TOO_HIGH) >= 0) throw wrongVersion(version, "upgrade this package, or install an older crm-mocks");
  return version;
}

function compare(one, other) {
  const index = one.findIndex((number, position) => number !== other[position]);
  return index < 0 ? 0 : one[index] - other[index];
}

function wrongVersion(version, help) {
  const range = `${LOWEST.join(".")} or later, below ${TOO_HIGH.join(".")}`;
  return new CrmMocksError("WRONG_VERSION", `crm-mocks is ${version}, but this package needs ${range}: ${help}`);
}
