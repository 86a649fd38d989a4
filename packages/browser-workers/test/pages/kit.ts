// A page that runs the conformance kit over this backend.

import { createBackend } from "@everycore/browser-workers";
import { serveKit } from "@everycore/conformance/browser";
import { rawTasks } from "./raw-tasks.js";

const backend = createBackend(() => new Worker("/kit.worker.js", { type: "module" }));
const secondCore = "/second-core.js";
const broken = (name: string): object => ({
  worker: () => new Worker(`/${name}.js`, { type: "module" }),
  startTimeoutMs: 500,
});

void serveKit(backend, {
  secondCore: () => import(secondCore),
  postRaw: rawTasks.postRaw,
  unstartable: {
    "a missing file": broken("nowhere"),
    "another MIME type": broken("mime"),
    "a syntax error": broken("syntax"),
    "an error while it loads": broken("throws"),
    "a file that never calls serve": broken("silent"),
    "a factory that throws": {
      worker: () => {
        throw new Error("no worker today");
      },
    },
  },
});
