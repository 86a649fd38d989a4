// Tasks that get at the channel between worker and pool, which no other task can.

import { defineTasks } from "@everycore/core";

let channel: MessagePort | undefined;

/** Where there is a worker, every port that posts is noted: the pool's channel is the first. */
function notePorts(): void {
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (this: MessagePort, ...args: [never, never]) {
    channel ??= this;
    postMessage.apply(this, args);
  };
}

if (!("document" in globalThis)) notePorts();

export const rawTasks = defineTasks("raw tasks", {
  postRaw: (message: unknown): void => channel?.postMessage(message),
});
