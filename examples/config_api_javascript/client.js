// A client of the config API: creates leads, and waits when it is told to. Whatever comes in place of the CRM's answer,
// it ends with a lead's id, with Refused, or with Unavailable.

export class Refused extends Error {
  constructor(status, message, code, reference) {
    super(message);
    Object.assign(this, { status, code, reference });
  }
}

export class Unavailable extends Error {}

const MOST_BYTES = 4_000_000;
const MOST_SECONDS = 60;
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

export class ConfigApi {
  /** `seconds` is how long an answer may take, to its last byte; `warn` is told what is left out. */
  constructor(baseUrl, apiKey, { attempts = 3, seconds = 10, sleep = pause, warn = console.warn } = {}) {
    Object.assign(this, { baseUrl, apiKey, attempts, seconds, sleep, warn });
  }

  /** Create a lead; `trainings` is how often a week the customer wants to train. Resolves to the lead's id, a text. */
  async createLead(customer, trainings) {
    return this.createdId(await this.send("POST", "/v1/leads/create", await this.lead(customer, trainings)));
  }

  /** Make the body: additional fields have the ids that the studio's lead config gives them. */
  async lead({ firstName, lastName, email }, trainings) {
    const body = { leadCustomer: { firstname: firstName, lastname: lastName, email } };
    if (trainings !== undefined) {
      const config = this.read(await this.send("GET", "/v1/leads/config"));
      const field = this.numeric(this.fields(config));
      if (field) {
        const additionalFieldId = this.id(field.additionalFieldId);
        body.additionalInformation = [{ additionalFieldId, value: String(trainings) }];
      } else {
        this.warn("the studio has no field for the trainings");
      }
    }
    return body;
  }

  fields({ additionalInformation }) {
    const fields = additionalInformation ?? []; // the studio may have none
    if (!Array.isArray(fields)) throw new Unavailable("the lead config has no list of additional fields");
    return fields;
  }

  numeric(fields) {
    return fields.find((field) => field?.type === "NUMERIC");
  }

  createdId(text) {
    return this.id(this.read(text).id);
  }

  id(value) {
    if (typeof value !== "string" || !/^-?\d+$/.test(value)) throw new Unavailable("the answer lacks an id");
    return value;
  }

  /** Read a body: all answers of the CRM are objects. */
  read(text) {
    let content;
    try {
      content = this.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (typeof content === "object" && content && !Array.isArray(content)) return content;
    throw new Unavailable("what came is no answer of the CRM");
  }

  /** Parse JSON. Ids have up to 64 bits, of which a Number keeps 53: put in quotes first, they become texts. */
  parse(text) {
    return JSON.parse(text.replace(/("(?:id|[A-Za-z]+Id)"\s*:\s*)(-?(?:0|[1-9]\d*))(?=\s*[,}])/g, '$1"$2"'));
  }

  /** Write a body as JSON: what `parse` has put in quotes is a number again. */
  written(body) {
    return JSON.stringify(body).replace(/("additionalFieldId":)"(-?\d+)"/g, "$1$2");
  }

  /** Send a request, time and again after 429; resolves to the body of the answer. */
  async send(method, path, body) {
    let answer;
    for (let attempt = 0; attempt < this.attempts; attempt += 1) {
      answer = await this.exchange(method, path, body);
      if (answer.status !== 429) break;
      await this.sleep(this.secondsToWait(answer));
    }
    if (answer.status === 429 || answer.status >= 500) throw new Unavailable(`answered ${answer.status}`);
    if (!answer.ok) throw this.refusal(answer.status, this.read(answer.text));
    return answer.text;
  }

  refusal(status, { errorMessage, errorCode, reference }) {
    const told = typeof errorMessage === "string" && errorMessage !== "";
    return new Refused(status, told ? errorMessage : `answered ${status}`, errorCode, reference);
  }

  async exchange(method, path, body) {
    try {
      const answer = await fetch(this.baseUrl + path, {
        method,
        headers: this.headers(body),
        body: body && this.written(body),
        signal: this.limit(),
      });
      const { status, ok, headers } = answer;
      return { status, ok, headers, text: await this.text(answer) };
    } catch (error) {
      throw this.failure(error);
    }
  }

  limit() {
    return AbortSignal.timeout(this.seconds * 1000); // of the body as well
  }

  /** Read the bytes of a body, up to a size. JSON is UTF-8, whatever Content-Type says. */
  async text(answer) {
    const chunks = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Unavailable(`the answer has more than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  }

  /** `fetch` has its reasons as causes, but for the time limit; any other error is no failure of the CRM. */
  failure(error) {
    const reason = error.name === "TimeoutError" ? error : error.cause;
    return reason ? new Unavailable(reason.message || reason.code) : error;
  }

  headers(body) {
    return { "x-api-key": this.apiKey, ...(body && { "content-type": "application/json" }) };
  }

  secondsToWait(answer) {
    const told = answer.headers.get("retry-after") ?? "";
    const seconds = /^\d+$/.test(told) ? Number(told) : 1; // it may be a date as well, or come twice
    if (seconds > MOST_SECONDS) throw new Unavailable(`answered 429, to be tried again in ${seconds} s`);
    return seconds;
  }
}
