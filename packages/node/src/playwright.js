import { Suite } from "./suite.js";

export function fixtures(options) {
  return {
    crmSuite: [
      // Playwright reads the names of fixtures from the first parameter, which must be a pattern.
      async ({}, use) => {
        const suite = new Suite(options);
        await use(suite);
        await suite.end();
      },
      { scope: "worker" },
    ],
    crm: async ({ crmSuite }, use, testInfo) => {
      const session = await crmSuite.session(testInfo.title);
      await use(session);
      await crmSuite.judge(session);
    },
  };
}
