// The page with the scenarios: puts the parts together. The form says what is to be run, the session runs it, the views show it.

import { scenarios } from "@everycore/scenarios";
import { findBackends } from "./backends.js";
import { Referee } from "./run/referee.js";
import { Session } from "./run/session.js";
import { Controls } from "./view/controls.js";
import { showEnvironment } from "./view/environment-note.js";
import { FilePicker } from "./view/file-picker.js";
import { untilIdle } from "./view/idle.js";
import { Stage } from "./view/stage.js";
import { installTheme } from "./view/theme.js";

function startTaskWorker(): Worker {
  return new Worker(new URL("./tasks/task.worker.ts", import.meta.url), { type: "module" });
}

installTheme();
showEnvironment();

const backends = await findBackends(startTaskWorker);
const files = new FilePicker(() => stage.choose());
const controls = new Controls(scenarios, backends.soon, () => stage.choose());
const stage = new Stage({
  controls,
  files,
  backends,
  createSession: (observer) => new Session(new Referee(), observer),
});

// The page can be used now; what comes late is fetched when it has nothing better to do.
await untilIdle();
controls.backends = await backends.all();
