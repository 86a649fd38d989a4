import { checkOptions, typeError } from "@everycore/core";
import { Connection } from "./connection.js";
import { PipeChannel } from "./pipe-channel.js";

/** Options of {@link Pipe}. */
export interface PipeOptions {
  /** Whether both ends send and receive (default), or the first only receives and the second only sends, as in Python. */
  readonly duplex?: boolean;
  /** For messages. */
  readonly name?: string;
}

/**
 * A pipe between two processes (or threads): Python's `multiprocessing.Pipe`. Returns its two ends; keep one, and send the
 * other one as an argument.
 *
 * @throws TypeError for an option that cannot be.
 * @example
 * ```ts
 * const [here, there] = Pipe<string>();
 * const worker = pool.submit(async (pipe: Connection<string>) => pipe.send((await pipe.recv()).toUpperCase()), there);
 * await here.send("hello");
 * console.log(await here.recv()); // HELLO
 * ```
 */
export function Pipe<A = unknown, B = A>(options: PipeOptions = {}): [Connection<A, B>, Connection<B, A>] {
  checkOptions("options", options, ["duplex", "name"]);
  const { duplex = true, name } = options;
  if (typeof duplex !== "boolean") throw typeError("duplex", "a boolean", duplex);
  if (name !== undefined && typeof name !== "string") throw typeError("name", "a string", name);
  const channel = new PipeChannel(name === undefined ? "The pipe" : `Pipe "${name}"`);
  return [
    new Connection<A, B>({ channel, end: "a" }, { name, readable: true, writable: duplex }),
    new Connection<B, A>({ channel, end: "b" }, { name, readable: duplex, writable: true }),
  ];
}
