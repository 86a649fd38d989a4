// A decorator as users write them: it logs what happens, and conforms like the backend that it decorates.

import type { Backend, Future } from "@everycore/core";
import { ForwardingExecutor, forwardTo } from "./forwarding.js";

/** The backend, with every operation told to `log`. */
export function logged(backend: Backend, log: (line: string) => void): Backend {
  class LoggedExecutor extends ForwardingExecutor {
    override submit(task: (...args: any[]) => any, ...args: any[]): Future<any> {
      const future = super.submit(task, ...args);
      log(`submit ${task.name}`);
      return future.addDoneCallback((done) => log(`${task.name}: ${done.state}`));
    }
    override shutdown(options?: object): Promise<void> {
      log("shutdown");
      return super.shutdown(options);
    }
  }
  return forwardTo(backend, "logged", (inner) => new LoggedExecutor(inner));
}
