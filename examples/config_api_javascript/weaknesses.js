// Clients that take one thing for granted each, as people write them: fuzzing finds out. WEAKNESS names one of them.

import assert from "node:assert/strict";
import { MIMEType } from "node:util";
import { ConfigApi, Refused, Unavailable } from "./client.js";

export const weaknesses = {};

// weakness: id_before_comma (member order)
// The id is cut out of the text, to keep all of its digits; but it ends in a comma only as long as it is not the last.
// fixed by: createdId in client.js
weaknesses.id_before_comma = class extends ConfigApi {
  createdId(text) {
    this.id(this.read(text).id); // there is one
    return /"id"\s*:\s*"?(-?\d+)"?\s*,/.exec(text)[1];
  }
};

// weakness: id_behind_colon (white space)
// The id is cut out of the text as this CRM writes it today, without a space behind the colon.
// fixed by: createdId in client.js
weaknesses.id_behind_colon = class extends ConfigApi {
  createdId(text) {
    this.id(this.read(text).id); // there is one
    return /"id":"?(-?\d+)/.exec(text)[1];
  }
};

// weakness: charset_without_quotes (headers)
// The charset of Content-Type is the rest of the text, but it may stand in quotes.
// fixed by: text in client.js
weaknesses.charset_without_quotes = class extends ConfigApi {
  async text(answer) {
    const [, charset] = answer.headers.get("content-type")?.split("charset=") ?? [];
    return new TextDecoder(charset).decode(await answer.arrayBuffer());
  }
};

// weakness: length_is_told (chunked body)
// A body's size is looked up in Content-Length, which an answer in chunks does not have.
// fixed by: text in client.js
weaknesses.length_is_told = class extends ConfigApi {
  text(answer) {
    if (answer.headers.get("content-length").length > 7) throw new Unavailable("the answer is too large");
    return answer.text();
  }
};

// weakness: fields_are_there (absent member)
// The documentation's example has additional fields, so every studio has some.
// fixed by: fields in client.js
weaknesses.fields_are_there = class extends ConfigApi {
  fields(config) {
    return config.additionalInformation;
  }
};

// weakness: known_members_only (unknown member)
// What is not documented is an error: the CRM can never add a member.
// fixed by: createdId in client.js
weaknesses.known_members_only = class extends ConfigApi {
  createdId(text) {
    const { id, customerId, uuid, customerNumber, ...others } = this.read(text);
    assert.deepEqual(others, {});
    return this.id(id);
  }
};

// weakness: default_for_null (null handling)
// The default of a parameter stands for a member that is absent, but not for one that is null.
// fixed by: fields in client.js
weaknesses.default_for_null = class extends ConfigApi {
  fields({ additionalInformation = [] }) {
    return additionalInformation;
  }
};

// weakness: types_in_a_table (unknown enum value)
// What looks like a type of field is one of those in the table: there can be no new one.
// fixed by: numeric in client.js
weaknesses.types_in_a_table = class extends ConfigApi {
  numeric(fields) {
    const types = { BOOLEAN: Boolean, DATE: Date, LIST: Array, NUMERIC: Number, TEXT: String };
    return fields.find((field) => /^[A-Z_]+$/.test(field?.type) && types[field.type].name === "Number");
  }
};

// weakness: id_by_reviver (number width)
// The reviver makes texts of ids, but is given Numbers, which JSON.parse has rounded by then: 9007199254740993 is …992.
// fixed by: parse in client.js
weaknesses.id_by_reviver = class extends ConfigApi {
  parse(text) {
    return JSON.parse(text, (name, value) => (typeof value === "number" ? String(value) : value));
  }
};

// weakness: first_letter (strange text)
// A message is shown with a capital, but an empty one has no first letter.
// fixed by: refusal in client.js
weaknesses.first_letter = class extends ConfigApi {
  refusal(status, { errorMessage, errorCode, reference }) {
    const message = errorMessage ?? "Refused";
    return new Refused(status, message[0].toUpperCase() + message.slice(1), errorCode, reference);
  }
};

// weakness: first_of_many (array size)
// `reduce` without a value to start with needs an entry: a list may be absent, but why should it be empty?
// fixed by: fields in client.js
weaknesses.first_of_many = class extends ConfigApi {
  fields({ additionalInformation }) {
    if (!additionalInformation) return [];
    return [additionalInformation.reduce((found, field) => (found?.type === "NUMERIC" ? found : field))];
  }
};

// weakness: anything_is_an_array (wrong type)
// The absent and null are cared for, but whatever else comes is taken for an array.
// fixed by: fields in client.js
weaknesses.anything_is_an_array = class extends ConfigApi {
  fields({ additionalInformation }) {
    return additionalInformation ?? [];
  }
};

// weakness: type_is_told (wrong media type)
// `get` returns null where there is no such header.
// fixed by: text in client.js
weaknesses.type_is_told = class extends ConfigApi {
  async text(answer) {
    const isJson = answer.headers.get("content-type").toLowerCase().includes("json");
    return isJson ? super.text(answer) : "";
  }
};

// weakness: charset_as_told (wrong charset)
// The charset of Content-Type is taken as it comes, also one that nobody knows.
// fixed by: text in client.js
weaknesses.charset_as_told = class extends ConfigApi {
  async text(answer) {
    const [, charset] = /charset="?([\w-]+)/i.exec(answer.headers.get("content-type")) ?? [];
    return new TextDecoder(charset).decode(await answer.arrayBuffer());
  }
};

// weakness: one_type (duplicate header)
// `get` joins headers of the same name by commas, of which the parser of media types knows nothing.
// fixed by: text in client.js
weaknesses.one_type = class extends ConfigApi {
  async text(answer) {
    const { subtype } = new MIMEType(answer.headers.get("content-type") ?? "application/json");
    return subtype === "json" ? super.text(answer) : "";
  }
};

// weakness: nothing_is_null (empty body)
// An empty body is read as null, since JSON.parse does not take it, and nobody expects that null.
// fixed by: read in client.js
weaknesses.nothing_is_null = class extends ConfigApi {
  read(text) {
    return text === "" ? null : super.read(text);
  }
};

// weakness: id_is_enough (truncated body)
// The id stands at the beginning of the text: half an answer is taken for a whole one.
// fixed by: createdId in client.js
weaknesses.id_is_enough = class extends ConfigApi {
  createdId(text) {
    const [, id] = /"id"\s*:\s*(-?\d+)\s*[,}]/.exec(text) ?? [];
    return this.id(id);
  }
};

// weakness: every_error_has_a_cause (no answer)
// The errors of `fetch` have causes, but that of its time limit has none.
// fixed by: failure in client.js
weaknesses.every_error_has_a_cause = class extends ConfigApi {
  failure(error) {
    return error instanceof Unavailable ? error : new Unavailable(error.cause.message);
  }
};

// weakness: no_limit (hang)
// `fetch` has no time limit that is worth the name: it waits for five minutes.
// fixed by: limit in client.js
weaknesses.no_limit = class extends ConfigApi {
  limit() {
    return undefined;
  }
};
