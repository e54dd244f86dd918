export { ContractBroken, CrmMocksError } from "./errors.js";
export { connect, start } from "./mocks.js";
