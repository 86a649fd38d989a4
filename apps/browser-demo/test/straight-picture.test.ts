// Pictures that WebGPU draws straight from its buffers. What is compared is what a visitor sees: a screenshot, and what the page
// paints from a copy of the same result.

import type { OpenPage } from "@everycore/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runToEnd, ServedPages } from "./served-pages.js";

/** With these Chromium composes pages on SwiftShader's Vulkan, where WebGPU is too: then a canvas can show what WebGPU draws. */
const composedInVulkan = ["--use-angle=swiftshader", "--enable-features=Vulkan", "--use-vulkan=swiftshader"];

const caption = ({ page }: OpenPage): Promise<string | null> => page.textContent("#result figcaption >> nth=-1");

describe("where the page is composed on the device that WebGPU has", () => {
  let pages: ServedPages;
  beforeAll(async () => {
    pages = await ServedPages.start(composedInVulkan);
  });
  afterAll(() => pages[Symbol.asyncDispose]());

  test.each([
    ["mandelbrot", /^the result, 512 × 428, drawn straight from the GPU’s memory, without a copy to the page$/],
    ["n-body", /^the result, 512 × 512, drawn straight from the GPU’s memory, .*, in 10 steps$/],
    ["blur", /^after, 512 × 384, drawn straight from the GPU’s memory, .*, in 5 steps$/],
    ["edges", /^after, 512 × 384, drawn straight from the GPU’s memory, .*page$/],
  ])("%s shows the pixels of the host’s picture", { timeout: 60_000 }, async (scenario, words) => {
    const search = { scenario, backend: "gpu-webgpu" };
    await using straight = await pages.open({ search: { ...search, straight: "yes" } });
    await using copied = await pages.open({ search });
    expect(await runToEnd(straight)).toMatch(/^Done: verified, .* on gpu-webgpu\.$/);
    expect(await caption(straight)).toMatch(words);
    expect(await runToEnd(copied)).toMatch(/^Done: verified/);
    expect(await caption(copied)).toMatch(/copied to the page/);
    const [seen, painted] = [await pixelsSeen(straight), await pixelsOf(copied)];
    expect(seen.length).toBe(painted.length);
    expect(new Set(painted).size).toBeGreaterThan(3);
    const furthest = painted.reduce((most, byte, i) => Math.max(most, Math.abs(byte - (seen[i] as number))), 0);
    expect(furthest).toBeLessThanOrEqual(1);
    expect(straight.complaints).toEqual([]);
  });

  test("can be cancelled while it is drawn, and drawn again", { timeout: 60_000 }, async () => {
    await using opened = await pages.open({ search: { scenario: "n-body", backend: "gpu-webgpu", straight: "yes" } });
    const { page } = opened;
    await page.click("#run");
    await page.waitForFunction(() => document.querySelector("#status")?.textContent?.startsWith("Drawing straight"));
    expect(await caption(opened)).toBe("drawn straight from the GPU’s memory, without a copy to the page");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#stage:not(.running)");
    expect(await page.textContent("#status")).toBe("Cancelled: everything has been stopped.");
    expect(await page.isHidden("#result")).toBe(true);
    for (let run = 0; run < 2; run++) expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await caption(opened)).toMatch(/drawn straight/);
    expect(opened.complaints).toEqual([]);
  });

  test("a comparison is about times, and draws copies", { timeout: 60_000 }, async () => {
    await using opened = await pages.open({ search: { scenario: "edges", straight: "yes" } });
    await opened.page.click("#compare");
    await opened.page.waitForSelector("#stage:not(.running)");
    expect(await caption(opened)).toBe("after, 512 × 384");
  });
});

describe("where it is composed in another way", () => {
  let pages: ServedPages;
  beforeAll(async () => {
    pages = await ServedPages.start();
  });
  afterAll(() => pages[Symbol.asyncDispose]());

  test("the picture is a copy, with the reason, and one can try", async () => {
    await using opened = await pages.open({ search: { scenario: "edges", backend: "gpu-webgpu" } });
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await caption(opened)).toBe(
      "after, 512 × 384, copied to the page: this WebGPU is software, which browsers mostly cannot draw from. Try it all the same",
    );
    expect(await opened.page.getAttribute("#result figcaption a", "href")).toMatch(/[?&]straight=yes(&|$)/);
  });

  test("whoever tries has a verified result, whether or not the browser can do it", async () => {
    await using opened = await pages.open({ search: { scenario: "edges", backend: "gpu-webgpu", straight: "yes" } });
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await caption(opened)).toMatch(/cannot be drawn straight from its memory here \(.+\)|drawn straight/);
  });
});

/** The last picture's canvas as it is on the screen, pixel by pixel. */
async function pixelsSeen({ page }: OpenPage): Promise<Uint8Array> {
  const size = await page
    .locator("#result canvas")
    .last()
    .evaluate((element) => {
      const { width, height, style } = element as HTMLCanvasElement;
      const place = { position: "fixed", left: "0", top: "0", zIndex: "9", borderRadius: "0" };
      Object.assign(style, place, { width: `${width}px`, height: `${height}px`, maxWidth: "none", maxHeight: "none" });
      return { width, height };
    });
  const png = await page.screenshot({ clip: { x: 0, y: 0, ...size } });
  const bytes = await page.evaluate(async (base64) => {
    const blob = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
    const bitmap = await createImageBitmap(blob);
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.drawImage(bitmap, 0, 0);
    return [...context.getImageData(0, 0, bitmap.width, bitmap.height).data]
      .map((byte) => String.fromCharCode(byte))
      .join("");
  }, png.toString("base64"));
  return Buffer.from(bytes, "latin1");
}

/** What the page has painted on the last picture's canvas. */
async function pixelsOf({ page }: OpenPage): Promise<Uint8Array> {
  const bytes = await page
    .locator("#result canvas")
    .last()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const data = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return [...data].map((byte) => String.fromCharCode(byte)).join("");
    });
  return Buffer.from(bytes, "latin1");
}
