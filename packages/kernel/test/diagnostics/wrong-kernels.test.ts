// K7 Every kind of mistake: its reason, message, place and frame, exactly. The expected texts are in wrong-kernels/*.txt; look at
// every change of them by hand.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { KernelError } from "@everycore/core";
import { describe, expect, it } from "vitest";
import { reasons } from "../../src/2-check/reasons.js";
import * as calls from "./wrong-kernels/calls.js";
import * as constructs from "./wrong-kernels/constructs.js";
import * as functions from "./wrong-kernels/functions.js";
import * as names from "./wrong-kernels/names.js";
import * as types from "./wrong-kernels/types.js";
import type { WrongKernels } from "./wrong-kernels/wrong-kernel.js";

const folder = fileURLToPath(new URL("wrong-kernels/", import.meta.url));
const topics: Readonly<Record<string, { readonly wrong: WrongKernels }>> = {
  functions,
  names,
  constructs,
  calls,
  types,
};
const all = Object.values(topics).flatMap(({ wrong }) => Object.values(wrong));

function mistakeOf(title: string, look: () => unknown): KernelError {
  try {
    look();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw new Error(`"${title}" gave another error`, { cause: error });
  }
  throw new Error(`"${title}" was not refused`);
}

function report(title: string, look: () => unknown): string {
  const { reason, message, location } = mistakeOf(title, look);
  const place = location?.file ? "in the file" : "in the function's own text";
  return `=== ${title}: ${reason}, ${place}, line ${location?.line}, column ${location?.column}\n${message.replaceAll(folder, "")}\n`;
}

describe("K7 a wrong kernel is refused with the place and the way out", () => {
  it.each(Object.entries(topics))("wrong-kernels/%s.ts", async (topic, { wrong }) => {
    const text = Object.entries(wrong).map(([title, look]) => report(title, look));
    await expect(text.join("\n")).toMatchFileSnapshot(`wrong-kernels/${topic}.txt`);
  });

  it("in more than sixty ways", () => {
    expect(all.length).toBeGreaterThan(60);
  });

  it("for every reason that there is", () => {
    const found = new Set(all.map((look) => mistakeOf("", look).reason));
    expect([...found].filter((reason) => !Object.hasOwn(reasons, reason))).toEqual([]);
    const missing = Object.keys(reasons).filter((reason) => !found.has(reason) && !needsNewerRuntime(reason));
    expect(missing).toEqual([]);
  });

  it("and every reason is documented", () => {
    const documented = readFileSync(new URL("../../../../docs/kernels.md", import.meta.url), "utf8");
    const missing = [...Object.keys(reasons), "out-of-bounds", "race"].filter(
      (reason) => !documented.includes(`| \`${reason}\``),
    );
    expect(missing).toEqual([]);
  });
});

/** A `using` declaration cannot be written where the runtime does not know it. */
function needsNewerRuntime(reason: string): boolean {
  if (reason !== "using") return false;
  try {
    new Function("{ using x = null; }");
    return false;
  } catch {
    return true;
  }
}
