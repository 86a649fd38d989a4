// Runs the conformance kit in a page. The page's entry calls `serveKit(backend)` of @everycore/conformance/browser; this file is
// what that finds as its harness: programs in pages of their own, what they print, workers, memory and CPU time.

import type { LawResult, ProgramOptions, ProgramRun, Report } from "@everycore/conformance";
import type { HarnessRequest } from "@everycore/conformance/browser";
import type { Chromium } from "./chromium.js";
import type { OpenPage } from "./open-page.js";

/** A page that runs the kit. */
export interface KitPage {
  readonly url: string;
  /** Laws to run, as `only` of the kit. Default: all. */
  readonly only?: readonly string[] | undefined;
}

const defaultProgramMs = 15_000;

/** Opens the page, and resolves with the kit's report; `onResult` is told of each test as it ends. */
export async function runKit(
  chromium: Chromium,
  { url, only = [] }: KitPage,
  onResult: (result: LawResult) => void,
): Promise<Report> {
  let finish: (report: Report) => void = () => {};
  const report = new Promise<Report>((resolve) => {
    finish = resolve;
  });
  const query = new URLSearchParams({ kit: only.join(",") });
  await using opened = await chromium.open(`${url}?${query}`, (page) =>
    page.expose("everycoreHarness", (request) =>
      answer(chromium, url, page, request as HarnessRequest, onResult, finish),
    ),
  );
  const failed = new Promise<never>((_, reject) => {
    opened.page.on("pageerror", (error) => reject(error));
  });
  // An error that nobody caught before the kit began; later ones are the laws' own affair.
  const begun = new Promise<void>((resolve) => opened.page.once("load", () => resolve()));
  await opened.whileOpen(Promise.race([begun, failed]));
  failed.catch(() => {});
  return await opened.whileOpen(report);
}

function answer(
  chromium: Chromium,
  url: string,
  page: OpenPage,
  request: HarnessRequest,
  onResult: (result: LawResult) => void,
  finish: (report: Report) => void,
): unknown {
  switch (request.type) {
    case "result":
      return onResult(request.result);
    case "report":
      return finish(request.report);
    case "workers":
      return page.workers;
    case "memory":
      return chromium.memoryBytes();
    case "cpu":
      return page.cpuMs();
    case "program":
      return runProgram(chromium, `${url}?program=${request.program}`, request.options);
  }
}

/** The page's program ends when its function has returned; then the page is closed, and everything it has started. */
async function runProgram(chromium: Chromium, url: string, { limitMs, killAt }: ProgramOptions): Promise<ProgramRun> {
  const begin = performance.now();
  let finish: (error: unknown) => void = () => {};
  const ended = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  await using opened = await chromium.open(url, async (page) => {
    await page.expose("everycoreHarness", (request) => {
      const { type, error } = request as { type: string; error?: string };
      return type === "ended" ? finish(error) : page.cpuMs();
    });
    page.page.on("console", (message) => {
      if (killAt !== undefined && message.text().includes(killAt)) finish("killed");
    });
  });
  const outcome = await withLimit(opened.whileOpen(ended), limitMs ?? defaultProgramMs);
  await opened.flushConsole();
  // What a page does when it is left.
  const closed = opened.page.waitForEvent("close");
  await opened.page.close({ runBeforeUnload: true });
  await closed;
  const { errors } = opened;
  const print = (isError: boolean): string =>
    opened.console
      .filter(({ type }) => (type === "error" || type === "warning") === isError)
      .map(({ text }) => `${text}\n`)
      .join("");
  return {
    exitCode: outcome.error === undefined && errors.length === 0 ? 0 : 1,
    signal: null,
    stdout: print(false),
    stderr: [print(true), ...errors.map((error) => `${error.stack}\n`), outcome.error ?? ""].join(""),
    ms: performance.now() - begin,
    timedOut: outcome.timedOut,
  };
}

function withLimit(ended: Promise<unknown>, limitMs: number): Promise<{ error?: string; timedOut: boolean }> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<{ error: string; timedOut: boolean }>((resolve) => {
    timer = setTimeout(() => resolve({ error: "It did not end.", timedOut: true }), limitMs);
  });
  const result = ended.then(
    (error) => ({ ...(error !== undefined && { error: String(error) }), timedOut: false }),
    (error) => ({ error: String(error), timedOut: false }),
  );
  return Promise.race([result, limit]).finally(() => clearTimeout(timer));
}
