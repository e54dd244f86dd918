import { after } from "node:test";
import { Suite } from "./suite.js";

export function fixture(options) {
  const suite = new Suite(options);
  after(() => suite.end());
  return async (test) => {
    const session = await suite.session(test.name);
    test.after(() => suite.judge(session));
    return session;
  };
}
