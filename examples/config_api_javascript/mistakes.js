// Clients that get one thing wrong each, to see that it is caught.

import { ConfigApi } from "./client.js";

class NumberAsNumber extends ConfigApi {
  async lead(customer, trainings) {
    const body = await super.lead(customer, trainings);
    for (const field of body.additionalInformation ?? []) field.value = Number(field.value);
    return body;
  }
}

class NoContentType extends ConfigApi {
  headers() {
    return { "x-api-key": this.apiKey }; // fetch then says text/plain
  }
}

class UndefinedMember extends ConfigApi {
  async lead(customer, trainings) {
    return super.lead({ ...customer, email: customer.mail }, trainings); // undefined is left out of JSON
  }
}

class Impatient extends ConfigApi {
  secondsToWait() {
    return 0;
  }
}

export const mistakes = {
  number_as_number: NumberAsNumber,
  no_content_type: NoContentType,
  undefined_member: UndefinedMember,
  impatient: Impatient,
};
