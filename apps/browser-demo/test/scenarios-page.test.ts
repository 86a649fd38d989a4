// The page with the scenarios, as a visitor uses it: with the mouse, with the keyboard, on a phone, and when something goes wrong.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type OpenPage, serveSite } from "@everycore/chromium";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentSecurityPolicy } from "../server/page-headers.js";
import { overflow, readTimes, root, runToEnd, ServedPages, untilDone } from "./served-pages.js";

let pages: ServedPages;
beforeAll(async () => {
  pages = await ServedPages.start();
});
afterAll(() => pages[Symbol.asyncDispose]());

const result = ({ page }: OpenPage): Promise<string> => page.textContent("#result").then((text) => text ?? "");

/** The colour of the picture's pixel at these shares of its width and height. */
function pixel({ page }: OpenPage, figure: number, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([nth, left, top]) => {
      const canvas = document.querySelectorAll<HTMLCanvasElement>(".pictures canvas")[nth] as HTMLCanvasElement;
      const at = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)] as const;
      return [...(canvas.getContext("2d")?.getImageData(...at, 1, 1).data ?? [])];
    },
    [figure, x, y] as const,
  );
}

/** Does something in the page as soon as a worker's lane is busy: a fast run is over before a test has heard of it. */
async function whenBusy({ page }: OpenPage, act: () => void): Promise<void> {
  const watch = `new MutationObserver((_, observer) => {
    if (!document.querySelector(".lane.busy")) return;
    observer.disconnect();
    (${act})();
  }).observe(document.body, { subtree: true, childList: true, attributes: true })`;
  await page.evaluate(watch);
}

describe.concurrent("a run", () => {
  test("shows the picture, the verdict, and serial against parallel", async () => {
    await using opened = await pages.open({
      search: { scenario: "mandelbrot", backend: "browser-workers", workers: "2" },
    });
    expect(await runToEnd(opened)).toMatch(/^Done: verified, .* on browser-workers\.$/);
    expect(await result(opened)).toMatch(/verified.*512 × 428 points, area 1\.5/s);
    expect(await pixel(opened, 0, 0.6, 0.5), "inside").toEqual([8, 8, 24, 255]);
    const [red, , blue] = await pixel(opened, 0, 0.02, 0.02);
    expect(blue, "outside").toBeGreaterThan(2 * (red as number));
    const times = await readTimes(opened);
    expect(Object.keys(times)).toEqual(["serial", "browser-workers"]);
    expect(times["browser-workers"]).toMatch(/2 workers.*\d+(\.\d+)? ×/s);
  });

  test("shows what each worker does, and measures the frames of the page itself", async () => {
    await using opened = await pages.open({ search: { scenario: "primes", size: "full", workers: "2" } });
    const { page } = opened;
    // The page is held up on purpose, as soon as a lane is busy: the meter must notice.
    await whenBusy(opened, () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    });
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await page.$$eval(".lane .who", (names) => names.map(({ textContent }) => textContent))).toEqual([
      "browser-workers-0",
      "browser-workers-1",
    ]);
    const counts = await page.$$eval(".lane .count", (texts) =>
      texts.map(({ textContent }) => Number.parseInt(textContent, 10)),
    );
    expect(counts.every((count) => count > 0)).toBe(true);
    const [, longest = "0", late = "0"] =
      /longest took (\d+) ms, (\d+) of/.exec((await page.textContent("#frames-text")) ?? "") ?? [];
    expect(Number(longest)).toBeGreaterThanOrEqual(250);
    expect(Number(late)).toBeGreaterThanOrEqual(1);
    // Bars in the accent's colour, and one in that of errors: what a canvas cannot read as a colour, it draws in black.
    const colours = await page.$eval("#frames", (canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const data = (canvas as HTMLCanvasElement).getContext("2d")?.getImageData(0, height - 1, width, 1).data ?? [];
      return Array.from({ length: width }, (_, x) => [...data.slice(4 * x, 4 * x + 3)].join());
    });
    expect(colours).toEqual(expect.arrayContaining(["36,87,214", "179,38,30"]));
  });

  test("can be cancelled in the middle, with its workers, and the next one works", async () => {
    await using opened = await pages.open({ search: { scenario: "primes", size: "full", workers: "2" } });
    const { page } = opened;
    let most = 0;
    page.on("worker", () => {
      most = Math.max(most, opened.workers);
    });
    await whenBusy(opened, () => document.querySelector<HTMLButtonElement>("#cancel")?.click());
    expect(await runToEnd(opened)).toBe("Cancelled: everything has been stopped.");
    expect(most).toBe(3);
    await expect.poll(() => opened.workers).toBe(1);
    await page.selectOption("#size", "small");
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(opened.complaints).toEqual([]);
  });

  test("can be cancelled while the referee works", async () => {
    await using opened = await pages.open({ search: { scenario: "primes", size: "full" } });
    await opened.page.click("#run");
    await opened.page.waitForFunction(() =>
      document.querySelector("#status")?.textContent?.startsWith("Measuring one thread"),
    );
    await opened.page.keyboard.press("Escape");
    expect(await untilDone(opened)).toBe("Cancelled: everything has been stopped.");
    await opened.page.selectOption("#size", "small");
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
  });
});

describe.concurrent("a comparison", () => {
  test("fills one chart with all backends, as long as they take, and says who cannot and why", async () => {
    await using opened = await pages.open({ search: { scenario: "matmul" } });
    const { page } = opened;
    await page.click("#compare");
    // Whoever waits for their turn is in the chart already.
    await page.waitForFunction(() => document.querySelector(".times")?.textContent.includes("waiting"));
    await page.waitForFunction(() =>
      /Running on .*, [1-4] of 4 …/.test(document.querySelector("#status")?.textContent ?? ""),
    );
    expect(await untilDone(opened)).toBe("Done: all backends have been compared.");
    const times = await readTimes(opened);
    expect(Object.keys(times)).toEqual(["serial", "inline", "browser-workers", "gpu-webgpu", "gpu-webgl"]);
    expect(times["gpu-webgl"]).toBe("gpu-webgl– not runits kernels have no barriers");
    expect(await page.textContent(".times caption")).toContain("“Multiply matrices”");
    const bars = await page.$$eval(".times .bar", (elements) =>
      elements.map((bar) => {
        const [time = "", ratio = ""] = [...(bar.closest("tr")?.querySelectorAll("td") ?? [])].map(
          (td) => td.textContent,
        );
        return {
          ms: Number.parseFloat(time.replace(",", "")),
          ratio: Number.parseFloat(ratio),
          width: bar.clientWidth,
        };
      }),
    );
    expect(bars).toHaveLength(4);
    const longest = bars.reduce((most, bar) => (bar.ms > most.ms ? bar : most));
    const serialMs = bars[0]?.ms as number;
    for (const { ms, ratio, width } of bars) {
      expect(Math.abs(width - Math.max(2, (longest.width * ms) / longest.ms))).toBeLessThan(0.1 * longest.width);
      expect(ratio / (serialMs / ms)).toBeCloseTo(1, 0);
    }
    // The chart is what was asked for: it stands before the result of the last backend.
    expect(await page.$$eval("#times, #result", (cards) => cards.map(({ id }) => id))).toEqual(["times", "result"]);
  });

  test("can be cancelled, and says who has not been asked", async () => {
    await using opened = await pages.open({ search: { scenario: "primes", size: "full" } });
    await whenBusy(opened, () => document.querySelector<HTMLButtonElement>("#cancel")?.click());
    await opened.page.click("#compare");
    expect(await untilDone(opened)).toBe("Cancelled: everything has been stopped.");
    const times = await readTimes(opened);
    expect(times["gpu-webgpu"]).toMatch(/cancelled/);
    expect(Object.values(times).join()).not.toMatch(/waiting|running/);
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
  });
});

describe.concurrent("files of the visitor", () => {
  test("texts are counted, and the sample comes back", async () => {
    await using opened = await pages.open({ search: { scenario: "word-count" } });
    const { page } = opened;
    const text = (name: string, content: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) });
    await page.setInputFiles("#file", [text("a.txt", "to be or not to be"), text("b.txt", "to boldly go")]);
    expect(await page.textContent("#file-used")).toBe("Now: 2 files");
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await result(opened)).toContain("9 words in 2 files; most frequent: to 3, be 2");
    await page.click("text=Use the sample");
    expect(await page.textContent("#file-used")).toBe("Now: the documents of this project, a sample");
    expect(await page.isHidden("#result")).toBe(true);
  });

  test("a photograph is blurred, and one that is none is refused in words", async () => {
    await using opened = await pages.open({ search: { scenario: "blur" } });
    const { page } = opened;
    await page.setInputFiles("#file", { name: "note.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    expect(await runToEnd(opened)).toBe("It could not be run; the reason stands below.");
    expect(await result(opened)).toMatch(
      /error.*not a picture that this browser can decode\. Choose a PNG, JPEG or WebP file/s,
    );
    const drawn = await page.evaluate(() => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
      canvas.getContext("2d")?.fillRect(30, 0, 30, 40);
      return canvas.toDataURL("image/png").split(",")[1] as string;
    });
    await page.setInputFiles("#file", {
      name: "edge.png",
      mimeType: "image/png",
      buffer: Buffer.from(drawn, "base64"),
    });
    expect(await runToEnd(opened)).toMatch(/^Done: verified/);
    expect(await page.textContent("figcaption >> nth=0")).toBe("before, 60 × 40");
    expect(opened.complaints).toEqual([]);
  });
});

describe.concurrent("what goes wrong", () => {
  test("a worker file that is missing is an error at once, and other backends still work", async () => {
    const assets = await readdir(join(root, "dist/assets"));
    const worker = assets.find((name) => /^task\.worker-.*\.js$/.test(name));
    expect(worker).toBeDefined();
    const files = { [`/assets/${worker}`]: { body: "Not found.", status: 404, type: "text/plain" } };
    await using site = await serveSite({ folder: join(root, "dist"), files, csp: contentSecurityPolicy });
    await using opened = await pages.chromium.open(`${site.url}/index.html?size=small&scenario=primes`);
    await opened.page.waitForSelector("#run:not([disabled])");
    await opened.page.click("#compare");
    expect(await untilDone(opened)).toMatch(/^Done, but not as it should be on 1 of \d: see below\.$/);
    const times = await readTimes(opened);
    expect(times["browser-workers"]).toMatch(/error.*BrokenExecutorError.*worker/s);
    expect(times.inline).toMatch(/\d ms/);
    expect(await result(opened)).toMatch(/Count primes on browser-workers\s*✗ error/);
  });
});

describe.concurrent("the keyboard alone", () => {
  test("chooses, runs, cancels, and never loses its place", async () => {
    await using opened = await pages.open({ search: { scenario: "print-numbers" } });
    const { page } = opened;
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        return element.value && element.type === "radio" ? element.value : ((element.id || element.textContent) ?? "");
      });
    const reach = async (wanted: string): Promise<void> => {
      for (let presses = 0; presses < 20 && (await focused()) !== wanted; presses++) await page.keyboard.press("Tab");
      expect(await focused()).toBe(wanted);
    };
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("To the stage");
    await reach("print-numbers");
    for (let presses = 0; presses < 2; presses++) await page.keyboard.press("ArrowDown");
    expect([await focused(), await page.textContent("#title")]).toEqual(["primes", "Count primes"]);
    await reach("browser-workers");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe("inline");
    await reach("run");
    await page.keyboard.press("Enter");
    await untilDone(opened);
    expect(await focused()).toBe("run");
    expect(await result(opened)).toMatch(/Count primes on inline\s*✓ verified/);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("cancel");
    await page.keyboard.press("Escape");
    expect(await untilDone(opened)).toBe("Cancelled: everything has been stopped.");
    expect(await focused()).toBe("run");
  });
});

describe.concurrent("the page", () => {
  test("can be used before gpu.js is loaded, which is large", async () => {
    let load: () => void = () => {};
    const mayLoad = new Promise<void>((resolve) => {
      load = resolve;
    });
    const url = `${pages.url}index.html?size=small&scenario=square&backend=inline`;
    await using opened = await pages.chromium.open(url, async ({ page }) => {
      await page.route(/\/gpu-browser-[^/]*\.js$/, async (route) => {
        await mayLoad;
        await route.continue();
      });
    });
    const { page } = opened;
    const webgl = "input[name=backend][value=gpu-webgl]";
    await page.waitForSelector("#run:not([disabled])");
    expect(await runToEnd(opened)).toMatch(/^Done: verified, .* on inline\.$/);
    expect(await page.isDisabled(webgl)).toBe(true);
    expect(await page.textContent("#backend-gpu-webgl-detail")).toBe("Wait: gpu.js is being loaded …");
    // Whoever compares all backends waits for it.
    await page.click("#compare");
    expect(await page.textContent("#status")).toMatch(/^Looking for backends/);
    load();
    expect(await untilDone(opened)).toBe("Done: all backends have been compared.");
    expect((await readTimes(opened))["gpu-webgl"]).toMatch(/\d m?s/);
    await page.check(webgl);
    expect(await runToEnd(opened)).toMatch(/^Done: verified, .* on gpu-webgl\.$/);
  });

  test("looks for gpu-webgl at once where its address asks for it", async () => {
    await using opened = await pages.open({ search: { scenario: "edges", backend: "gpu-webgl" } });
    expect(await opened.page.textContent("#backend-gpu-webgl-detail")).toMatch(/^WebGL 2 through gpu\.js, on ./);
    expect(await runToEnd(opened)).toMatch(/^Done: verified, .* on gpu-webgl\.$/);
    await opened.page.check("input[value=matmul]");
    expect(await opened.page.isDisabled("input[name=backend][value=gpu-webgl]")).toBe(true);
    expect(await opened.page.textContent("#backend-gpu-webgl-detail")).toBe(
      "Cannot run this: its kernels have no barriers.",
    );
  });

  test("is isolated or not as its address says, and says what follows", async () => {
    await using one = await pages.open();
    await using other = await pages.open({ search: { isolated: "no" } });
    expect(await one.page.evaluate("crossOriginIsolated")).toBe(true);
    expect(await one.page.textContent("#environment")).toMatch(/^isolated .*share memory/);
    expect(await other.page.evaluate("crossOriginIsolated")).toBe(false);
    expect(await other.page.textContent("#environment")).toMatch(/^not isolated .*no shared memory/);
    await one.page.click("#environment a");
    await one.page.waitForSelector("text=not isolated");
  });

  test("has a policy that forbids eval and foreign code, in its headers and in itself", async () => {
    const response = await fetch(`${pages.url}index.html`);
    expect(response.headers.get("content-security-policy")).toBe(contentSecurityPolicy);
    await using opened = await pages.open();
    expect(await opened.page.getAttribute("meta[http-equiv]", "content")).toBe(contentSecurityPolicy);
    const refused = await opened.page.evaluate(() => {
      const script = Object.assign(document.createElement("script"), { textContent: "document.title = 'broken'" });
      document.head.append(script);
      return document.title;
    });
    expect(refused).not.toBe("broken");
  });

  test("fits a phone, also when a window becomes one in the middle of a run", async () => {
    await using opened = await pages.open({ search: { scenario: "edges" }, width: 360 });
    expect(await overflow(opened)).toBe(0);
    await opened.page.click("#compare");
    await untilDone(opened);
    expect(await overflow(opened)).toBe(0);
    const tooWide = (element: Element): number => element.scrollWidth - element.clientWidth;
    expect(await opened.page.$eval("#times", tooWide)).toBe(0);
    await opened.page.setViewportSize({ width: 1280, height: 800 });
    await opened.page.check("input[value=print-numbers]");
    await opened.page.click("#run");
    await opened.page.setViewportSize({ width: 360, height: 740 });
    expect(await untilDone(opened)).toMatch(/^Done: verified/);
    expect(await overflow(opened)).toBe(0);
  });

  test("remembers light or dark, and keeps the choice in its address", async () => {
    await using opened = await pages.open({ search: { scenario: "matmul" } });
    const { page } = opened;
    const scheme = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(await scheme()).toBe("light dark");
    await page.click("#theme");
    await page.click("#theme");
    await page.check("input[value=k-means]");
    await page.reload();
    await page.waitForSelector("#run:not([disabled])");
    expect([await scheme(), await page.textContent("#title")]).toEqual(["dark", "Group flowers"]);
  });
});
