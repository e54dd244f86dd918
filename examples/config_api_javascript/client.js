// A client of the config API: creates leads, and waits when it is told to.

export class Refused extends Error {
  constructor(status, { errorMessage, errorCode, reference }) {
    super(errorMessage);
    this.status = status;
    this.code = errorCode;
    this.reference = reference;
  }
}

export class Unavailable extends Error {}

const seconds = (number) => new Promise((resolve) => setTimeout(resolve, number * 1000));

export class ConfigApi {
  constructor(baseUrl, apiKey, { attempts = 3, sleep = seconds } = {}) {
    Object.assign(this, { baseUrl, apiKey, attempts, sleep });
  }

  /** Create a lead; `trainings` is how often a week the customer wants to train. Resolves to the lead's id. */
  async createLead(customer, trainings) {
    const created = await this.send("POST", "/v1/leads/create", await this.lead(customer, trainings));
    return created.id;
  }

  /** Make the body: additional fields have the ids that the studio's lead config gives them. */
  async lead({ firstName, lastName, email }, trainings) {
    const body = { leadCustomer: { firstname: firstName, lastname: lastName, email } };
    if (trainings !== undefined) {
      const config = await this.send("GET", "/v1/leads/config");
      const field = config.additionalInformation.find(({ type }) => type === "NUMERIC");
      if (field) {
        body.additionalInformation = [{ additionalFieldId: field.additionalFieldId, value: String(trainings) }];
      }
    }
    return body;
  }

  async send(method, path, body) {
    let answer, content;
    for (let attempt = 0; attempt < this.attempts; attempt += 1) {
      [answer, content] = await this.exchange(method, path, body);
      if (answer.status !== 429) break;
      await this.sleep(this.secondsToWait(answer));
    }
    if (answer.status === 429 || answer.status >= 500) throw new Unavailable(`answered ${answer.status}`);
    if (!answer.ok) throw new Refused(answer.status, content);
    return content;
  }

  async exchange(method, path, body) {
    try {
      const answer = await fetch(this.baseUrl + path, {
        method,
        headers: this.headers(body),
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      return [answer, await answer.json()];
    } catch (error) {
      throw new Unavailable(error.cause?.message ?? error.message); // fetch has its reasons as causes
    }
  }

  headers(body) {
    return { "x-api-key": this.apiKey, ...(body && { "content-type": "application/json" }) };
  }

  secondsToWait(answer) {
    return Number(answer.headers.get("retry-after") ?? 1);
  }
}
