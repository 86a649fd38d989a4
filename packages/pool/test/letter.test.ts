import { describe, expect, it } from "vitest";
import { Letter, letterBytes } from "../src/wire/letter.js";
import type { HostMessage } from "../src/wire/protocol.js";

function letters(): { readonly sender: Letter; readonly reader: Letter } {
  const memory = new SharedArrayBuffer(8 + letterBytes);
  return { sender: new Letter(memory, 8), reader: new Letter(memory, 8) };
}

const run = (args: readonly unknown[], more: object = {}): HostMessage => ({
  type: "run",
  define: [],
  tasks: [7, 3, 0, 16, args],
  holes: [],
  ...more,
});

describe("Letter", () => {
  it("arrives as the message that was written, to the bit", () => {
    const { sender, reader } = letters();
    const args = [
      1.5,
      -0,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      true,
      false,
      null,
      undefined,
      "",
      "naïve 🦝",
      "\ud800",
    ];
    expect(sender.write(run(args))).toBe(true);
    const message = reader.read();
    expect(message).toMatchObject({ type: "run", define: [] });
    expect(message.tasks.slice(0, 4)).toEqual([7, 3, 0, 16]);
    const arrived = message.tasks[4] as unknown[];
    expect(arrived).toHaveLength(args.length);
    for (const [index, arg] of args.entries()) expect(arrived[index]).toBe(arg);
  });

  it("holds nothing of the letter before", () => {
    const { sender, reader } = letters();
    sender.write(run(["a long text", 2, 3]));
    sender.write(run(["b"]));
    expect(reader.read().tasks[4]).toEqual(["b"]);
  });

  it.each([
    ["objects", run([{}])],
    ["big integers", run([1n])],
    ["symbols", run([Symbol.iterator])],
    ["too many arguments", run(Array.from({ length: 17 }, () => 1))],
    ["too much text", run(["x".repeat(300), "y".repeat(213)])],
    ["two tasks", run([], { tasks: [1, 1, 0, 0, [], 2, 2, 0, 0, []] })],
    ["functions that the worker does not know yet", run([], { define: [0, { kind: "named" }] })],
    ["inputs", run([null], { holes: [{ task: 7, index: 0, input: 0 }] })],
    ["local functions", run([], { tasks: [7, 3, { kind: "local" }, 0, []] })],
    ["other messages", { type: "stop" }],
  ] as ReadonlyArray<readonly [string, HostMessage]>)("does not take %s", (_, message) => {
    expect(letters().sender.write(message)).toBe(false);
  });

  it("takes as much as it says", () => {
    const { sender, reader } = letters();
    const args = Array.from({ length: 16 }, () => "z".repeat(32));
    expect(sender.write(run(args))).toBe(true);
    expect(reader.read().tasks[4]).toEqual(args);
  });
});
