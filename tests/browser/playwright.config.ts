// The app in a browser, against a running `datapunk serve`. The environment says where:
//   DATAPUNK_URL         its address, with the token
//   DATAPUNK_FIXTURE     a made-up archive; its facts.json stands beside it
//   DATAPUNK_PASSPHRASE  what the vault is made with
//   CHROMIUM             the browser's program
// Run it from `ui`, whose packages it uses: npx playwright test -c ../tests/browser/playwright.config.ts

import { tmpdir } from "node:os";
import { join } from "node:path";

export default {
  testDir: ".",
  // One vault stands behind all of it, so one thing happens after another.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  outputDir: join(tmpdir(), "datapunk-browser"),
  use: {
    baseURL: process.env.DATAPUNK_URL,
    viewport: { width: 1400, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Zurich",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      // The map is drawn in software where there is no graphics card; a container's root has no sandbox.
      args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
    },
  },
  projects: [
    { name: "a life comes in", testMatch: "import.spec.ts" },
    { name: "a life is used", testIgnore: "import.spec.ts", dependencies: ["a life comes in"] },
  ],
};
