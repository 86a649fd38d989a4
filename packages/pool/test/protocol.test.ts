import { encodeError, ProtocolError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { checkHostMessage, checkWorkerMessage, protocolVersion } from "../src/wire/protocol.js";
import { thrownBy } from "./support.js";

const error = encodeError(new Error("x"));
const init = {
  type: "init",
  version: protocolVersion,
  workerId: 0,
  workerName: "w",
  slots: undefined,
  shared: 1,
  setup: [],
  reportMemory: false,
};

const goodFromHost = [
  init,
  { type: "run", define: [], tasks: [], holes: [] },
  { type: "run", define: [0, { kind: "source", text: "() => 1", name: "" }], tasks: [1, 2, 0, 0, []] },
  { type: "abort", id: 1, reason: error },
  { type: "credit", id: 1, count: 2 },
  { type: "close", id: 1 },
  { type: "input", input: 1, values: [1] },
  { type: "input", input: 1, values: [], end: {} },
  { type: "stop" },
];

const goodFromWorker = [
  { type: "ready", version: protocolVersion },
  { type: "unready", error },
  { type: "started", id: 0 },
  { type: "done", results: [] },
  {
    type: "done",
    results: [1, 0, "value", 0.5, 2, 1, error, 1, 3, 2, { values: [1] }, 1, 4, 3, error, 1, 5, 4, 6, 0],
    memoryBytes: 5,
  },
  { type: "done", results: [1, 2, { values: [], thrown: error }, 1] },
  { type: "look" },
  { type: "progress", id: 0, value: undefined },
  { type: "yield", id: 0, values: [1] },
  { type: "pull", input: 0, count: 1 },
  { type: "drop", input: 0 },
];

/** What is no message in either direction. */
const garbage: Array<[string, unknown]> = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 5],
  ["a string", "run"],
  ["a function", () => {}],
  ["an array", []],
  ["an array with a name", ["stop"]],
  ["an object", {}],
  ["a number as type", { type: 1 }],
  ["an array as type", { type: ["stop"] }],
  ["an object as type", { type: { toString: () => "stop" } }],
  ["an unknown type", { type: "reboot" }],
  ["the empty type", { type: "" }],
  ["__proto__", { type: "__proto__" }],
  ["constructor", { type: "constructor" }],
  ["toString", { type: "toString" }],
  ["hasOwnProperty", { type: "hasOwnProperty" }],
  ["valueOf", { type: "valueOf" }],
  ["a type in other letters", { type: "Stop" }],
];

const badFromHost: Array<[string, unknown]> = [
  ["init of another version", { ...init, version: protocolVersion + 1 }],
  ["init without a version", { ...init, version: undefined }],
  ["init without a worker", { ...init, workerId: "0" }],
  ["init without setup", { ...init, setup: {} }],
  ["run without tasks", { type: "run", define: [] }],
  ["run with a broken list", { type: "run", define: [], tasks: [1, 2, 3] }],
  ["run without define", { type: "run", tasks: [] }],
  ["run with something like a list", { type: "run", define: [], tasks: { length: 0 } }],
  ["abort without id", { type: "abort" }],
  ["abort with a malformed reason", { type: "abort", id: 1, reason: null }],
  ["credit without count", { type: "credit", id: 1 }],
  ["close with a wrong id", { type: "close", id: "1" }],
  ["input without values", { type: "input", input: 1 }],
  ["a message of a worker", { type: "ready", version: protocolVersion }],
];

const badFromWorker: Array<[string, unknown]> = [
  ["ready of another version", { type: "ready", version: protocolVersion + 1 }],
  ["ready without a version", { type: "ready" }],
  ["unready without an error", { type: "unready" }],
  ["unready with null", { type: "unready", error: null }],
  ["unready with a malformed error", { type: "unready", error: {} }],
  ["started without id", { type: "started" }],
  ["done without results", { type: "done" }],
  ["done with a broken list", { type: "done", results: [1] }],
  ["done with a wrong id", { type: "done", results: ["1", 0, 1, 1] }],
  ["done with an unknown status", { type: "done", results: [1, 9, 1, 1] }],
  ["done with a status by name", { type: "done", results: [1, "value", 1, 1] }],
  ["done with a malformed error", { type: "done", results: [1, 1, null, 1] }],
  ["done with a malformed abort", { type: "done", results: [1, 3, {}, 1] }],
  ["done with a malformed chunk", { type: "done", results: [1, 2, { values: {} }, 1] }],
  ["done with a malformed error in a chunk", { type: "done", results: [1, 2, { values: [], thrown: 5 }, 1] }],
  ["done with a skipped slot that is no number", { type: "done", results: [1, 4, "0", 1] }],
  ["done with a duration that is no number", { type: "done", results: [1, 0, 1, "1"] }],
  ["done with a duration that is none", { type: "done", results: [1, 0, 1, Number.NaN] }],
  ["done whose second result is broken", { type: "done", results: [1, 0, 1, 1, 2, 1, null, 1] }],
  ["done with memory that is no number", { type: "done", results: [], memoryBytes: "many" }],
  ["progress without id", { type: "progress", value: 1 }],
  ["yield without values", { type: "yield", id: 1 }],
  ["yield with text for values", { type: "yield", id: 1, values: "abc" }],
  ["pull without count", { type: "pull", input: 1 }],
  ["pull of endless count", { type: "pull", input: 1, count: Number.POSITIVE_INFINITY }],
  ["drop without input", { type: "drop" }],
  ["a message of the pool", { type: "stop" }],
];

describe("messages", () => {
  it.each(goodFromHost.map((message) => [message.type, message] as const))("of the pool pass: %s", (_, message) => {
    expect(checkHostMessage(message)).toBe(message);
    expect(checkHostMessage(structuredClone(message))).toEqual(message);
  });

  it.each(goodFromWorker.map((message) => [message.type, message] as const))("of a worker pass: %s", (_, message) => {
    expect(checkWorkerMessage(message, "w")).toBe(message);
  });

  it.each(garbage)("D11 of no kind are refused in both directions: %s", (_, message) => {
    expect(() => checkHostMessage(message)).toThrow(ProtocolError);
    expect(() => checkWorkerMessage(message, "pool-0")).toThrow(/Refused a message of unknown type from worker pool-0/);
  });

  it.each(badFromHost)("D11 of the pool are refused: %s", (_, message) => {
    expect(() => checkHostMessage(message)).toThrow(ProtocolError);
  });

  it.each(badFromWorker)("D11 of a worker are refused: %s", (_, message) => {
    expect(() => checkWorkerMessage(message, "w")).toThrow(ProtocolError);
  });

  it("D11 of another version say which", () => {
    const { message, code } = thrownBy(() => checkWorkerMessage({ type: "ready", version: 99 }, "w")) as ProtocolError;
    expect(code).toBe("EVERYCORE_PROTOCOL");
    expect(message).toBe(
      `Refused a malformed "ready" message from worker w (its protocol version is 99, ours ${protocolVersion}).`,
    );
  });

  it("D11 cannot hide behind a prototype or a getter that throws", () => {
    expect(() => checkHostMessage(Object.create({ type: "__proto__" }))).toThrow(ProtocolError);
    const trap = {
      get type(): string {
        throw new Error("trap");
      },
    };
    expect(() => checkWorkerMessage(trap, "w")).toThrow();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => checkHostMessage(proxy)).toThrow();
  });
});
