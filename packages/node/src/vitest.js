import { Suite } from "./suite.js";

export function fixtures(options) {
  return {
    crmSuite: [
      // Vitest reads the names of fixtures from the first parameter, which must be a pattern.
      async ({}, use) => {
        const suite = new Suite(options);
        await use(suite);
        await suite.end();
      },
      { scope: "file" },
    ],
    crm: async ({ crmSuite, task }, use) => {
      const session = await crmSuite.session(task.name);
      await use(session);
      await crmSuite.judge(session);
    },
  };
}
