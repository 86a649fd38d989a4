// What came of the last run: the verdict, the finding, and the picture if it is one.

import type { Picture } from "@everycore/scenarios";
import type { RunResult, RunStatus } from "../run/session.js";
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

  clear(): void {
    this.#container.hidden = true;
    this.#container.replaceChildren();
  }

  show(title: string, result: RunResult): void {
    const { backend, found, problems, frames, picture, source } = result;
    this.#container.hidden = false;
    this.#container.replaceChildren(
      h("div", { class: "heading" }, h("h2", {}, `${title} on ${backend}`), createVerdict(result.status)),
      ...(found ? [h("p", { class: "found" }, found)] : []),
      ...(problems.length > 0 ? [h("ul", { class: "problems" }, ...problems.map((text) => h("li", {}, text)))] : []),
      ...(picture ? [createPictures(title, picture, source)] : []),
      ...(frames ? [h("p", { class: "soft figures" }, `This page meanwhile: ${describeFrames(frames)}.`)] : []),
    );
  }

  /** What went wrong before any backend came into it. */
  showError(title: string, message: string): void {
    this.#container.hidden = false;
    this.#container.replaceChildren(
      h("div", { class: "heading" }, h("h2", {}, title), createVerdict("error")),
      h("ul", { class: "problems" }, h("li", {}, message)),
    );
  }
}

/** The verdict as a label. */
export function createVerdict(status: RunStatus): HTMLElement {
  const [kind, text] = verdicts[status];
  return h("span", { class: `tag ${kind}` }, text);
}

function createPictures(title: string, picture: Picture, source: Picture | undefined): HTMLElement {
  return h(
    "div",
    { class: "pictures" },
    ...(source ? [createFigure("before", `${title}: before`, source)] : []),
    createFigure(source ? "after" : "the result", `${title}: the result`, picture),
  );
}

function createFigure(caption: string, label: string, { width, height, rgba }: Picture): HTMLElement {
  const canvas = h("canvas", { width, height, role: "img", "aria-label": label });
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  return h("figure", {}, canvas, h("figcaption", {}, `${caption}, ${width} × ${height}`));
}
