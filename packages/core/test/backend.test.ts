import { describe, expect, it } from "vitest";
import {
  type Activity,
  type Availability,
  type Capabilities,
  defineBackend,
  defineCapabilities,
  type Executor,
  isKernel,
  requireCapability,
  UnsupportedError,
} from "../src/index.js";
import { thrownBy } from "./support.js";

const executor = { [Symbol.asyncDispose]: async () => {} } as unknown as Executor;

function backendWith(availability: () => Availability | Promise<Availability>) {
  return defineBackend({ name: "test", capabilities: { tasks: true }, availability, create: () => executor });
}

describe("defineBackend", () => {
  it("refuses activities where there are none, and passes them on where there are", () => {
    const refusing = backendWith(() => ({ available: true, details: "d" }));
    expect(thrownBy(() => refusing.createActivity(() => 1))).toBeInstanceOf(UnsupportedError);
    expect(() => refusing.createActivity(() => 1)).toThrow(
      "test does not support threads or processes of your own (createActivity). Submit the function to an executor, or use a backend with the capability activities.",
    );
    const made = { name: "Thread-1" } as Activity;
    const createActivity = () => made;
    const backend = defineBackend({
      name: "test",
      capabilities: { activities: true },
      availability: () => ({ available: true, details: "d" }),
      create: () => executor,
      createActivity,
    });
    expect(backend.createActivity(() => 1)).toBe(made);
  });

  it("fills in what is absent, and freezes", () => {
    const backend = backendWith(() => ({ available: true, details: "here" }));
    expect(backend.name).toBe("test");
    expect(backend.capabilities).toEqual(defineCapabilities({ tasks: true }));
    expect(Object.isFrozen(backend)).toBe(true);
  });

  it.each<[string, () => Availability | Promise<Availability>, Availability]>([
    ["an answer", () => ({ available: true, details: "d" }), { available: true, details: "d" }],
    ["a promise", async () => ({ available: false, reason: "r" }), { available: false, reason: "r" }],
    [
      "an error",
      () => {
        throw new Error("no driver");
      },
      { available: false, reason: "no driver" },
    ],
    ["a rejection", () => Promise.reject(new Error("no device")), { available: false, reason: "no device" }],
    [
      "no error at all",
      () => {
        throw "just text";
      },
      { available: false, reason: "just text" },
    ],
  ])("availability() answers, whatever its author's does: %s", async (_, availability, expected) => {
    expect(await backendWith(availability).availability()).toEqual(expected);
  });

  it("create() passes the options on, and turns a throw into a rejection", async () => {
    const seen: unknown[] = [];
    const backend = defineBackend({
      name: "test",
      capabilities: {},
      availability: () => ({ available: true, details: "" }),
      create: (options?: { maxWorkers?: number }) => {
        seen.push(options);
        if (options) throw new RangeError("too many");
        return executor;
      },
    });
    expect(await backend.create()).toBe(executor);
    await expect(backend.create({ maxWorkers: 2 })).rejects.toThrow("too many");
    expect(seen).toEqual([undefined, { maxWorkers: 2 }]);
  });

  it("checks the definition", () => {
    const good = {
      name: "x",
      capabilities: {},
      availability: () => ({ available: true, details: "" }) as const,
      create: () => executor,
    };
    expect(() => defineBackend(null as never)).toThrow(/definition must be an object/);
    expect(() => defineBackend({ ...good, name: 5 as never })).toThrow(/definition.name must be a string/);
    expect(() => defineBackend({ ...good, create: undefined as never })).toThrow(
      /definition.create must be a function/,
    );
  });
});

describe("capabilities", () => {
  it("default to no", () => {
    const none = defineCapabilities({});
    for (const [name, value] of Object.entries(none)) {
      expect(value, name).toEqual(name === "dtypes" ? [] : name === "maxBufferBytes" ? 0 : false);
    }
    expect(Object.isFrozen(none)).toBe(true);
    expect(defineCapabilities({ transfer: true })).toEqual({ ...none, transfer: true });
  });

  it("that are absent are refused, with feature, backend and alternative", () => {
    const require = (capability: keyof Capabilities, has: Partial<Capabilities>): void =>
      requireCapability(defineCapabilities(has), capability, "moving buffers", "TestExecutor", "Copy them.");
    expect(() => require("transfer", { transfer: true })).not.toThrow();
    const error = thrownBy(() => require("transfer", {})) as UnsupportedError;
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({ feature: "moving buffers", backend: "TestExecutor", code: "EVERYCORE_UNSUPPORTED" });
    expect(error.message).toBe("TestExecutor does not support moving buffers. Copy them.");
    expect(() => require("maxBufferBytes", {})).toThrow(UnsupportedError);
    expect(() => require("dtypes", {})).toThrow(UnsupportedError);
    expect(() => require("dtypes", { dtypes: ["float32"] })).not.toThrow();
  });
});

describe("isKernel", () => {
  it("goes by the brand", () => {
    const brand = Symbol.for("everycore.kernel");
    expect(isKernel({ [brand]: {} })).toBe(true);
    expect(isKernel(Object.assign(() => {}, { [brand]: {} }))).toBe(true);
    for (const other of [null, undefined, 1, "x", {}, () => {}]) expect(isKernel(other)).toBe(false);
  });
});
