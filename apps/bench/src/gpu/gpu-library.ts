// What a library of GPU computations has to say, and how it is measured. This runs where the library runs: in a page, or in Node.
//
// Rules
//  1. Inputs are on the device before the clock starts, except in "copies". The result is back on the host when it stops ("read"),
//     or the device has finished ("wait"); the clock of a sum stops with the number.
//  2. The clock of "launch" stops when control is back, the result was asked for, and everything was done that the library put off to the
//     end of the turn: then all launches are with the browser. It does not wait for the device. Peers whose reading blocks are spared it.
//  3. Compiling and tuning are over before any clock starts but that of the first call.
//  4. What launches cost is for programs that make many: the JIT compilers have had their time when the clock of "launch" starts.

import { type Attempt, type Computation, Missing, type Values } from "../contender.js";
import { LocalAttempt, median } from "../measure.js";
import { type GpuCaseName, type GpuInputs, gpuCases } from "./gpu-case.js";

/** Launches one small kernel many times. */
export interface LaunchLoop {
  /** Begins anew, off the clock. */
  readonly reset: () => unknown;
  readonly launch: (scalar: number, index: number) => void;
  /** Asks for the result. */
  readonly read: () => PromiseLike<Values> | Values;
  /** Whether `read` waits for the device in the call. */
  readonly readBlocks?: true;
  readonly close?: () => void;
}

type Saying<Name extends GpuCaseName> = (
  inputs: GpuInputs[Name],
) => Missing | CaseForm<Name> | Promise<Missing | CaseForm<Name>>;

type CaseForm<Name extends GpuCaseName> = Name extends "launch" ? LaunchLoop : Computation;

/** How a library says the cases. */
export interface GpuLibrary {
  /** What it runs on, in the words of its own device. */
  adapter(): string | Promise<string>;
  readonly cases: { readonly [Name in GpuCaseName]?: Saying<Name> };
}

/** Puts a case's inputs in place. */
export async function openGpuCase(library: GpuLibrary, name: GpuCaseName, size: number): Promise<Attempt | Missing> {
  const saying = library.cases[name] as Saying<GpuCaseName> | undefined;
  if (!saying) return new Missing("it is not measured here");
  const inputs = gpuCases[name].inputs(size);
  const said = await saying(inputs as never);
  if (said instanceof Missing) return said;
  if ("launch" in said) return new LaunchAttempt(said, (inputs as GpuInputs["launch"]).scalars);
  return new LocalAttempt(said as Computation);
}

/** Times what launches cost the host. */
class LaunchAttempt implements Attempt {
  readonly #loop: LaunchLoop;
  readonly #scalars: Float32Array;
  #values: Values = [];
  #isWarm = false;

  constructor(loop: LaunchLoop, scalars: Float32Array) {
    this.#loop = loop;
    this.#scalars = scalars;
  }

  async cold(): Promise<number> {
    return this.#round();
  }

  /** Rule 4. */
  async #warmUp(): Promise<void> {
    if (this.#isWarm) return;
    const end = performance.now() + warmUpMs;
    while (performance.now() < end) await this.#round();
    this.#isWarm = true;
  }

  async values(): Promise<Values> {
    return this.#values;
  }

  /** Milliseconds of one launch: the median of rounds, some of which lose their core to a device in software. */
  async warm(minimumMs: number): Promise<number> {
    await this.#warmUp();
    const rounds: number[] = [];
    for (let total = 0; total < minimumMs; total += rounds.at(-1) as number) rounds.push(await this.#round());
    return median(rounds) / this.#scalars.length;
  }

  async close(): Promise<void> {
    this.#loop.close?.();
  }

  async #round(): Promise<number> {
    const { reset, read, readBlocks } = this.#loop;
    await reset();
    await turn();
    const start = performance.now();
    this.#launchAll();
    const reading = readBlocks ? undefined : read();
    await turn();
    const elapsed = performance.now() - start;
    this.#values = await (reading ?? read());
    return elapsed;
  }

  #launchAll(): void {
    const { launch } = this.#loop;
    const scalars = this.#scalars;
    for (let i = 0; i < scalars.length; i++) launch(scalars[i] as number, i);
  }
}

/** Compilers have little time beside a device in software. */
const warmUpMs = 3000;

const { port1, port2 } = new MessageChannel();

/** Resolves in a later turn of the event loop: promises that were kept in this one have had their say by then. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(0);
  });
}
