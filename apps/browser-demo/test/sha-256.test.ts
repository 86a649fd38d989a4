import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { Sha256 } from "../src/host/sha-256.js";

const expected = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

it("is SHA-256 for every length around a block, whatever the parts", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) % 256);
    expect(new Sha256().update(bytes).finish()).toBe(expected(bytes));
    const cut = Math.floor(length / 3);
    expect(new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).finish()).toBe(expected(bytes));
  }
});

it("is SHA-256 of a megabyte", () => {
  const bytes = new Uint8Array(1_000_003).fill(97);
  expect(new Sha256().update(bytes).finish()).toBe(expected(bytes));
});
