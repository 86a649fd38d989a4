// The process in which a program runs: node program-runner.js <URL of the backend's module> <name of the program>

import type { Backend } from "@everycore/core";
import { type ProgramHost, type ProgramName, programs } from "../programs.js";

const [backendUrl = "", name = ""] = process.argv.slice(2);
const { backend } = (await import(backendUrl)) as { backend: Backend };
const host: ProgramHost = {
  cpuMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
await programs[name as ProgramName](backend, host);
