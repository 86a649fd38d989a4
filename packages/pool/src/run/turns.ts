// Turns of the event loop, so that timers and input go on while tasks follow tasks. Runtimes differ in what gives a
// prompt one: `setImmediate` (Node), a MessageChannel (browsers, whose timers are throttled), or a timer.

interface Channel {
  readonly port1: { onmessage: (() => void) | null };
  readonly port2: { postMessage(message: unknown): void };
}

interface Host {
  setImmediate?: (callback: () => void) => unknown;
  MessageChannel?: new () => Channel;
}

const host = globalThis as unknown as Host;
const queue: Array<() => void> = [];

function runNext(): void {
  queue.shift()?.();
}

function createTrigger(): () => void {
  if (host.setImmediate) return () => host.setImmediate?.(runNext);
  if (!host.MessageChannel) return () => setTimeout(runNext, 0);
  const { port1, port2 } = new host.MessageChannel();
  port1.onmessage = runNext;
  return () => port2.postMessage(null);
}

const trigger = createTrigger();

/** Runs `callback` in a later turn; callbacks keep their order, each has a turn of its own. */
export function later(callback: () => void): void {
  queue.push(callback);
  trigger();
}
