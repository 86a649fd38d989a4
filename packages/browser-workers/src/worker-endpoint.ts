// An Endpoint over one worker of a page. What it says has a private channel, so what a task does with `postMessage` is its own affair.
// What tasks print goes to the page's console by itself.

import { decodeError, ProtocolError } from "@everycore/core";
import type { Endpoint, EndpointEvents, WorkerEnd, WorkerSpec } from "@everycore/pool";
import { PageExpress } from "./express.js";
import { createMailbox, PageMailbox } from "./mailbox.js";
import { type Farewell, isOf } from "./start-protocol.js";
import { StartedWorker, type StartedWorkerEnd } from "./started-worker.js";
import type { WorkerFactory } from "./worker-options.js";

/** A worker that may be a `Thread`. */
export interface BrowserWorkerSpec extends Pick<WorkerSpec, "name"> {
  readonly daemon?: boolean;
  readonly startTimeoutMs?: number | undefined;
}

/** A worker that has been started. */
export interface StartedEndpoint extends Endpoint {
  /** Its number in this page. */
  readonly ident: number;
}

let workers = 0;

/** Starts a worker. Every failure, also of the start itself, comes through `events.onEnd`. */
export function startWorker(
  { name, daemon = false, startTimeoutMs }: BrowserWorkerSpec,
  factory: WorkerFactory,
  events: EndpointEvents,
): StartedEndpoint {
  const { port1: channel, port2: port } = new MessageChannel();
  const ident = ++workers;
  let farewell: Farewell | undefined;
  const memory = createMailbox();
  const mailbox = memory && new PageMailbox(memory, events.onRing);
  const express = memory ? undefined : new PageExpress(events.onResult);
  const onEnd = (end: StartedWorkerEnd): void => {
    channel.close();
    mailbox?.close();
    events.onEnd(describe(end, farewell));
  };
  const start = { everycore: "tasks", port, name, ident, daemon, mailbox: memory } as const;
  const worker = new StartedWorker(
    factory,
    start,
    { onMessage: (message) => express?.receive(message) ?? false, onEnd },
    startTimeoutMs,
  );
  channel.onmessage = ({ data }) => {
    if (!isOf<Farewell>(data, "farewell")) return events.onMessage(data);
    farewell = data;
    worker.left();
  };
  channel.onmessageerror = () => worker.fail(new ProtocolError(`A message of worker ${name} cannot be received.`));
  return {
    ident,
    send(message, transfer) {
      if (mailbox?.send(message)) return;
      const lone = express?.write(message);
      if (lone) worker.postAsIs(lone, transfer as Transferable[]);
      else worker.post(message, transfer as Transferable[]);
      mailbox?.posted();
    },
    terminate: () => worker.terminate(),
    // Nothing keeps a page alive.
    hold() {},
  };
}

function describe({ cause, terminated }: StartedWorkerEnd, farewell: Farewell | undefined): WorkerEnd {
  if (farewell) {
    const { exitCode, error } = farewell;
    return error ? { exitCode, cause: decodeError(error) } : { exitCode, description: "ended itself (by close())" };
  }
  if (cause !== undefined) return { exitCode: null, cause };
  if (terminated) return { exitCode: null, description: "was terminated" };
  const description = "ended without a word, as after a crash";
  return { exitCode: null, cause: new Error(description), description };
}
