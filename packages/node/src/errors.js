/** An error of this package. `code` says which; the message is for people. */
export class CrmMocksError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = "CrmMocksError";
    this.code = code;
  }
}

/** The client broke the contract. `findings` are those of the control API; the message is their text. */
export class ContractBroken extends CrmMocksError {
  constructor(message, findings) {
    super("CONTRACT_BROKEN", message);
    this.name = "ContractBroken";
    this.findings = findings;
  }
}
