import { type PortableForm, type Recipient, registerPortable } from "@everycore/core";
import { expect, test } from "vitest";
import { preparePayload } from "../src/wire/payload.js";
import { revive, reviveWithImports } from "../src/wire/portables.js";

class Box {
  readonly content: unknown;
  constructor(content: unknown) {
    this.content = content;
  }
  toPortable(recipient: Recipient): PortableForm {
    return { type: "test/Box", module: "none:box", data: { content: this.content, by: recipient.name } };
  }
}
registerPortable<{ content: unknown }>("test/Box", ({ content }) => new Box(content));

const recipient: Recipient = { name: "pool-0", sharedMemory: true, onEnd() {} };
const limits = { sharedMemory: true, transfer: true, label: "the pool" };

/** There and back, as a channel carries it. */
function travel(value: unknown): unknown {
  const payload = preparePayload(value, "args[0]", "auto", { ...limits, recipient });
  return payload.portables ? revive(structuredClone(payload.value), "args[0]") : payload.value;
}

test("a portable object arrives as an object of its class, at any depth", () => {
  const value = { list: [1, new Box("a")], map: new Map([["k", new Box("b")]]), set: new Set([new Box("c")]) };
  const arrived = travel(value) as typeof value;
  expect(arrived.list[1]).toEqual(new Box("a"));
  expect(arrived.list[1]).toBeInstanceOf(Box);
  expect(arrived.map.get("k")).toBeInstanceOf(Box);
  expect([...arrived.set][0]).toBeInstanceOf(Box);
  expect(value.list[1]).toBeInstanceOf(Box);
});

test("one object that stands in two places arrives as one object", () => {
  const box = new Box(1);
  const [first, second] = travel([box, { again: box }]) as [Box, { again: Box }];
  expect(first).toBeInstanceOf(Box);
  expect(second.again).toBe(first);
});

test("a portable object may hold others, and containers may hold themselves", () => {
  const outer: { box: Box; self?: unknown } = { box: new Box(new Box(new Map([[1, new Box(2)]]))) };
  outer.self = outer;
  const arrived = travel(outer) as typeof outer;
  expect(arrived.self).toBe(arrived);
  const inner = arrived.box.content as Box;
  expect((inner.content as Map<number, Box>).get(1)).toEqual(new Box(2));
});

test("without a recipient they stay, so that the value can be prepared for each worker", () => {
  const box = new Box(1);
  const payload = preparePayload({ box }, "shared", "copy", limits);
  expect(payload.portables).toBe(true);
  expect(payload.value.box).toBe(box);
});

test("a type that nobody registered is refused with its name; a module that registers it is imported", async () => {
  const stranger = { toPortable: () => ({ type: "test/Stranger", module: "none:stranger", data: 7 }) };
  const sent = () =>
    structuredClone(preparePayload([stranger], "args", "auto", { ...limits, recipient }).value) as unknown;
  expect(() => revive(sent(), "result")).toThrow(/result contains a test\/Stranger: import its package/);
  const fails = reviveWithImports(sent(), "args", () => Promise.reject(new Error("not there")));
  await expect(fails).rejects.toThrow(/test\/Stranger: its module none:stranger cannot be imported/);
  const imported: string[] = [];
  const revived = await reviveWithImports(sent(), "args", async (url) => {
    imported.push(url);
    registerPortable("test/Stranger", (data) => ({ revived: data }));
  });
  expect(imported).toEqual(["none:stranger"]);
  expect(revived).toEqual([{ revived: 7 }]);
});

test("what is refused inside of a form is refused with the path of the object", () => {
  expect(() => travel({ box: new Box(() => {}) })).toThrow(/args\[0\]\.box/);
});

test("of our own classes the missing package is named", () => {
  const stranger = { toPortable: () => ({ type: "everycore.sync/Rope", module: "none:rope", data: 7 }) };
  const { value } = preparePayload([stranger], "args", "auto", { ...limits, recipient });
  expect(() => revive(structuredClone(value), "args")).toThrow(
    "args contains a everycore.sync/Rope: import its package, @everycore/sync, where it arrives.",
  );
});
