// What came of the last run: the verdict, the finding, and the picture if it is one.

import type { Picture } from "@everycore/scenarios";
import type { DeviceScreen } from "../run/device-screen.js";
import type { RunResult, RunStatus } from "../run/session.js";
import { inSoftware, type Straight, straightParameter } from "../run/straight-picture.js";
import { byId, h } from "./element.js";
import { describeFrames } from "./frames-view.js";

const verdicts: Readonly<Record<RunStatus, readonly [kind: string, text: string]>> = {
  verified: ["good", "✓ verified"],
  failed: ["bad", "✗ wrong"],
  error: ["bad", "✗ error"],
  unable: ["warn", "– not run"],
};

/** See above. */
export class ResultView {
  readonly #container = byId("result", HTMLElement);

  /** What is shown now is drawn by a device. */
  #screen: DeviceScreen | undefined;

  clear(): void {
    this.#container.hidden = true;
    this.#replace(undefined);
  }

  show(title: string, result: RunResult): void {
    const { backend, found, problems, frames } = result;
    const { straight } = result;
    this.#container.hidden = false;
    this.#replace(
      straight && "screen" in straight ? straight.screen : undefined,
      h("div", { class: "heading" }, h("h2", {}, `${title} on ${backend}`), createVerdict(result.status)),
      ...(found ? [h("p", { class: "found" }, found)] : []),
      ...(problems.length > 0 ? [h("ul", { class: "problems" }, ...problems.map((text) => h("li", {}, text)))] : []),
      ...createPictures(title, result),
      ...(frames ? [h("p", { class: "soft figures" }, `This page meanwhile: ${describeFrames(frames)}.`)] : []),
    );
  }

  /** The picture as it comes to be, before there is a verdict. */
  showCanvas(title: string, backend: string, canvas: HTMLCanvasElement): void {
    this.#container.hidden = false;
    this.#replace(
      undefined,
      h("div", { class: "heading" }, h("h2", {}, `${title} on ${backend}`)),
      h("div", { class: "pictures" }, createFigure(canvas, title, straightWords)),
    );
  }

  /** What went wrong before any backend came into it. */
  showError(title: string, message: string): void {
    this.#container.hidden = false;
    this.#replace(
      undefined,
      h("div", { class: "heading" }, h("h2", {}, title), createVerdict("error")),
      h("ul", { class: "problems" }, h("li", {}, message)),
    );
  }

  #replace(screen: DeviceScreen | undefined, ...nodes: readonly Node[]): void {
    this.#container.replaceChildren(...nodes);
    if (this.#screen !== screen) this.#screen?.close();
    this.#screen = screen;
  }
}

/** The verdict as a label. */
export function createVerdict(status: RunStatus): HTMLElement {
  const [kind, text] = verdicts[status];
  return h("span", { class: `tag ${kind}` }, text);
}

const straightWords = "drawn straight from the GPU’s memory, without a copy to the page";

function createPictures(title: string, { picture, source, straight }: RunResult): HTMLElement[] {
  const drawn = straight && "screen" in straight ? straight.screen.canvas : picture && paint(picture);
  if (!drawn) return [];
  const before = source ? [createFigure(paint(source), `${title}: before`, `before, ${sizeOf(source)}`)] : [];
  const name = `${source ? "after" : "the result"}, ${sizeOf(drawn)}`;
  const after = createFigure(drawn, `${title}: the result`, ...describeWay(name, straight));
  return [h("div", { class: "pictures" }, ...before, after)];
}

/** How the picture has come onto the canvas, where that is worth saying. */
function describeWay(name: string, straight: Straight | undefined): ReadonlyArray<Node | string> {
  if (!straight) return [name];
  if ("problem" in straight)
    return [`${name}, copied to the page: ${straight.problem}. `, ...createInvitation(straight)];
  const { pictures } = straight.screen;
  return [`${name}, ${straightWords}${pictures > 1 ? `, in ${pictures} steps` : ""}`];
}

function createInvitation({ problem }: Extract<Straight, { problem: string }>): HTMLElement[] {
  if (problem !== inSoftware) return [];
  const url = new URL(location.href);
  url.searchParams.set(straightParameter, "yes");
  return [h("a", { href: `${url}` }, "Try it all the same")];
}

function paint({ width, height, rgba }: Picture): HTMLCanvasElement {
  const canvas = h("canvas", { width, height });
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  return canvas;
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} × ${height}`;
}

function createFigure(canvas: HTMLCanvasElement, label: string, ...caption: ReadonlyArray<Node | string>): HTMLElement {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return h("figure", {}, canvas, h("figcaption", {}, ...caption));
}
