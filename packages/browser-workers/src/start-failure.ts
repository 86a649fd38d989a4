// Why a worker did not start. A browser tells its page next to nothing about that: an event without a message. So the file's address is
// found out, by having the factory make one more worker, which is none, and the file is fetched to see what the browser saw.

import type { WorkerFactory } from "./worker-options.js";

const check =
  'Check the URL in new Worker(new URL(…, import.meta.url), { type: "module" }), and what the server answers to it.';

const asModule = 'It is a module: new Worker(new URL(…, import.meta.url), { type: "module" }).';

const inOne =
  'bundlers find it only where new Worker(new URL("./tasks.worker.ts", import.meta.url), { type: "module" }) is written in one piece.';

/** An error that says why the worker's file was not run. */
export async function explainFailure(factory: WorkerFactory, event: Event): Promise<Error> {
  const { message, filename, lineno } = event as Partial<ErrorEvent>;
  // Thrown while the file ran; the error itself stays in the worker.
  if (message) {
    const hint = /import statement|unexpected token 'export'|import\.meta/i.test(message) ? ` ${asModule}` : "";
    return new Error(`The worker's file failed while it was loaded: ${message} (${filename}:${lineno}).${hint}`);
  }
  const url = addressOf(factory);
  if (url === undefined) {
    return new Error(
      `The worker's file could not be loaded, or has a syntax error; the browser's console says more. ${check}`,
    );
  }
  return new Error(await explainAnswer(url));
}

async function explainAnswer(url: string): Promise<string> {
  const response = await fetch(url).catch(() => undefined);
  if (!response) return `The worker's file ${url} could not be loaded. ${check}`;
  const type = response.headers.get("content-type") ?? "none";
  if (!response.ok)
    return `The worker's file ${url} was not found: the server answered with status ${response.status}. ${check}`;
  if (url.startsWith("data:")) return `The worker's file was made part of the page, as ${url.slice(0, 40)}…: ${inOne}`;
  if (/text\/html/i.test(type)) {
    return `The worker's file ${url} is not served as JavaScript: its MIME type is ${type}, as that of the page that some servers answer with when a file is not there. ${check}`;
  }
  if (!/javascript|ecmascript/i.test(type)) {
    return `The worker's file ${url} is not served as JavaScript: its MIME type is ${type}. Serve it as text/javascript. ${check}`;
  }
  return (
    `The worker's file ${url} was loaded and cannot be run: it has a syntax error, imports something that cannot be loaded, or is forbidden by the ` +
    "content security policy (worker-src). The browser's console says which."
  );
}

/** The address with which the factory calls `new Worker`. */
function addressOf(factory: WorkerFactory): string | undefined {
  const original = Object.getOwnPropertyDescriptor(globalThis, "Worker");
  if (!original?.configurable) return undefined;
  let address: string | undefined;
  class NotedWorker {
    constructor(url: string | URL) {
      address = new URL(url, globalThis.location?.href).href;
    }
    terminate(): void {}
  }
  try {
    Object.defineProperty(globalThis, "Worker", { ...original, value: NotedWorker });
    factory();
  } catch {
    // A factory that wants more of its worker than there is has called the constructor before.
  } finally {
    Object.defineProperty(globalThis, "Worker", original);
  }
  return address;
}
