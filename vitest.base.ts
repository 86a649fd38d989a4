// How every package is tested: on its own dist and its neighbours' (worker files exist only there), each test file in a
// process of its own.
import { existsSync } from "node:fs";
import type { ViteUserConfig } from "vitest/config";

const major = process.versions.node.split(".")[0];

export const base: ViteUserConfig = {
  test: {
    environment: "node",
    pool: "forks",
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    // Leak tests need globalThis.gc.
    execArgv: ["--expose-gc"],
    // Every program that a test makes is verified: packages/kernel/src/launch/verification.ts.
    env: { EVERYCORE_VERIFY: "1" },
    // Built files run as Node's own modules, not as vite's copies: functions keep their real URL and line.
    server: { deps: { external: [/\/(?:packages|apps)\/[^/]+\/dist\//] } },
    // A package without tests passes; one whose test folder matches nothing does not.
    passWithNoTests: !existsSync("test"),
    // scripts/test.mjs adds these reports up. One name per Node version, so that runs on several do not collide.
    reporters: ["default", ["json", { outputFile: `test-results/node-${major}.json` }]],
  },
};

/** For files that need no process of their own: pure functions, and fakes that leave nothing behind. A process costs half a second. */
export const oneProcess: ViteUserConfig = { ...base, test: { ...base.test, isolate: false } };
