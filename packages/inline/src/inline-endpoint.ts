// An Endpoint whose other end is in the same thread. Messages are copied when they are sent and delivered in a later
// turn, in order, as a real channel does. The slots alone are handed over as they are: here they are plain memory.

import type { Capabilities, TaskLoader } from "@everycore/core";
import { type Endpoint, type EndpointEvents, type HostMessage, later } from "@everycore/pool";
import { type WorkerPort, WorkerServer } from "@everycore/pool/worker";

/** Starts a worker in this thread. */
export function startInlineWorker(loader: TaskLoader, capabilities: Capabilities, events: EndpointEvents): Endpoint {
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    later(() => events.onEnd({ exitCode: 0 }));
  };
  const port: WorkerPort = {
    loader,
    capabilities,
    sharesThread: true,
    post(message, transfer) {
      const copy = structuredClone(message, { transfer });
      later(() => events.onMessage(copy));
    },
    nextTurn: () => new Promise(later),
    close: end,
  };
  const server = new WorkerServer(port);
  return {
    send(message, transfer) {
      const copy = copyMessage(message, transfer);
      later(() => {
        if (!ended) server.receive(copy);
      });
    },
    terminate: end,
    hold() {},
  };
}

function copyMessage(message: HostMessage, transfer: readonly object[]): HostMessage {
  if (message.type !== "init") return structuredClone(message, { transfer });
  const { slots, ...rest } = message;
  return { ...structuredClone(rest, { transfer }), slots };
}
