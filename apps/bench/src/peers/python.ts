// NumPy and Numba, or CuPy, in one Python process that lives as long as the run and computes only while it is asked.
//
// Rules
//  1. One request, one reply, each a line of JSON (python/protocol.py says which). Nothing runs at the same time on our side.
//  2. Arrays travel as files of raw elements, outside of the clocks; Python's own clock times the calls.
//  3. Several interpreters are probed, since a machine often has NumPy in only one of them. The first with Numba wins, then the
//     first with NumPy.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { InputArray, Inputs } from "../case.js";
import { type Attempt, type Contender, Missing, type Role, type Values } from "../contender.js";

/** A program in python/, and what it needs. */
interface PythonProgram {
  readonly script: string;
  readonly needs: string;
  readonly installation: string;
}

// From dist, where all of src becomes one file.
const script = (name: string): string => fileURLToPath(new URL(`../python/${name}.py`, import.meta.url));

const programs: Readonly<Record<"kernels" | "gpu", PythonProgram>> = {
  kernels: {
    script: script("kernels"),
    needs: "NumPy",
    installation: "apt-get install python3-numpy python3-numba",
  },
  gpu: { script: script("gpu"), needs: "CuPy and a device", installation: "pip install cupy-cuda12x" },
};

/** Leaves no compiled files behind. */
const pythonOptions = ["-B"];

/** What Python said about itself. */
export interface PythonVersions {
  readonly interpreter: string;
  readonly python: string;
  readonly numpy: string;
  readonly numba: string | null;
  readonly threads: number;
  /** Of the program for GPUs: CuPy's own, and the device. */
  readonly cupy?: string;
  readonly device?: string;
}

type Reply = Readonly<Record<string, unknown>>;

/** The Python process, or the reason why there is none. */
export class PythonSession implements AsyncDisposable {
  readonly versions: PythonVersions | Missing;
  readonly folder: string = mkdtempSync(join(tmpdir(), "everycore-bench-"));
  readonly #process: ChildProcess | undefined;
  readonly #replies: AsyncIterator<string> | undefined;
  #problem: { readonly inputs: Inputs; readonly opened: Promise<Reply> } | undefined;

  constructor(name: keyof typeof programs = "kernels") {
    const program = programs[name];
    this.versions = probe(program);
    if (this.versions instanceof Missing) return;
    const { interpreter } = this.versions;
    this.#process = spawn(interpreter, [...pythonOptions, program.script], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: this.#process.stdout as NonNullable<ChildProcess["stdout"]> });
    this.#replies = lines[Symbol.asyncIterator]();
  }

  /** @throws Error with Python's own message. */
  async ask(request: Reply): Promise<Reply> {
    this.#process?.stdin?.write(`${JSON.stringify(request)}\n`);
    const line = await this.#replies?.next();
    if (!line || line.done) throw new Error("Python ended");
    const reply = JSON.parse(line.value) as Reply;
    if (typeof reply.error === "string") throw new Error(reply.error);
    return reply;
  }

  /** Sends the inputs once for all contenders of a problem. */
  open(name: string, inputs: Inputs): Promise<Reply> {
    if (this.#problem?.inputs === inputs) return this.#problem.opened;
    const described = Object.entries(inputs).map(([key, value]) => [key, this.#describe(key, value)]);
    const opened = this.ask({ op: "open", case: name, inputs: Object.fromEntries(described) });
    this.#problem = { inputs, opened };
    return opened;
  }

  /** What Numba's threads were made of (omp, tbb, workqueue), once it ran in parallel. */
  async threadingLayer(): Promise<string | undefined> {
    if (this.versions instanceof Missing) return undefined;
    return ((await this.ask({ op: "layer" })).layer as string | null) ?? undefined;
  }

  #describe(key: string, value: InputArray | number): unknown {
    if (typeof value === "number") return value;
    const file = join(this.folder, key);
    writeFileSync(file, value);
    return { file, dtype: value.constructor.name.replace("Array", "").toLowerCase() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process?.stdin?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const names: readonly { readonly key: string; readonly name: string; readonly role?: Role }[] = [
  { key: "numpy", name: "NumPy" },
  { key: "blas", name: "NumPy, BLAS" },
  { key: "numba", name: "Numba" },
  { key: "numba-parallel", name: "Numba parallel", role: "numba" },
];

/** NumPy and Numba on one case; BLAS only where Python offers it. */
export function python(session: PythonSession, caseName: string, inputs: Inputs): Contender[] {
  return names
    .filter(({ key }) => key !== "blas" || caseName === "matmul")
    .map(({ key, name, role }) => ({ name, role, open: () => openPython(session, caseName, inputs, key) }));
}

/** A contender of the session's program, by its key there. */
export async function openPython(
  session: PythonSession,
  caseName: string,
  inputs: Inputs,
  contender: string,
): Promise<Attempt | Missing> {
  if (session.versions instanceof Missing) return session.versions;
  if (contender.startsWith("numba") && !session.versions.numba)
    return new Missing(`not installed: ${programs.kernels.installation}`);
  const { missing } = (await session.open(caseName, inputs)) as { missing: Record<string, string> };
  const reason = missing[contender];
  return reason === undefined ? new PythonAttempt(session, contender) : new Missing(reason);
}

class PythonAttempt implements Attempt {
  readonly #session: PythonSession;
  readonly #contender: string;

  constructor(session: PythonSession, contender: string) {
    this.#session = session;
    this.#contender = contender;
  }

  async cold(): Promise<number> {
    return (await this.#session.ask({ op: "cold", contender: this.#contender })).ms as number;
  }

  async values(): Promise<Values> {
    const file = join(this.#session.folder, "result");
    await this.#session.ask({ op: "values", contender: this.#contender, file });
    const bytes = readFileSync(file);
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float64Array.BYTES_PER_ELEMENT);
  }

  async warm(minimumMs: number): Promise<number> {
    return (await this.#session.ask({ op: "warm", contender: this.#contender, minimum_ms: minimumMs })).ms as number;
  }

  async close(): Promise<void> {}
}

function probe({ script, needs, installation }: PythonProgram): PythonVersions | Missing {
  const found = candidates().flatMap((interpreter) => {
    const { status, stdout } = spawnSync(interpreter, [...pythonOptions, script, "--versions"], { encoding: "utf8" });
    return status === 0 ? [{ interpreter, ...(JSON.parse(stdout) as Omit<PythonVersions, "interpreter">) }] : [];
  });
  return (
    found.find(({ numba }) => numba !== null) ??
    found[0] ??
    new Missing(`no Python with ${needs} among ${candidates().join(", ")}: ${installation}`)
  );
}

function candidates(): string[] {
  const asked = process.env.BENCH_PYTHON;
  return asked ? [asked] : ["/usr/bin/python3", "python3", "python"];
}
