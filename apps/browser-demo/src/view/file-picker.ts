// The files that a scenario reads: the app's samples, until the visitor chooses others.

import { type ChosenFiles, sampleFiles, urlsOf } from "../host/chosen-files.js";
import { byId, h } from "./element.js";

interface Kind {
  readonly label: string;
  readonly accept: string;
  readonly multiple: boolean;
  readonly sample: string;
}

const texts: Kind = {
  label: "Text files",
  accept: "text/*,.md,.txt,.csv,.json,.html",
  multiple: true,
  sample: "the documents of this project",
};
const photograph: Kind = { label: "Photograph", accept: "image/*", multiple: false, sample: "a raccoon" };
const kinds: Readonly<Record<string, Kind>> = { "word-count": texts, blur: photograph, edges: photograph };

/** The part of the form with the file input. */
export class FilePicker {
  readonly #container = byId("files", HTMLElement);
  readonly #onChange: () => void;
  #names = new Map<Kind, string>();
  #files = sampleFiles;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get files(): ChosenFiles {
    return this.#files;
  }

  /** Shows what there is to choose for a scenario. */
  show(scenario: string): void {
    const kind = kinds[scenario];
    this.#container.hidden = kind === undefined;
    if (!kind) return this.#container.replaceChildren();
    const { label, accept, multiple, sample } = kind;
    const input = h("input", { id: "file", type: "file", accept, multiple, "aria-describedby": "file-used" });
    input.addEventListener("change", () => this.#choose(kind, [...(input.files ?? [])], scenario));
    const used = h(
      "span",
      { id: "file-used", class: "detail" },
      `Now: ${this.#names.get(kind) ?? `${sample}, a sample`}`,
    );
    const back = h("button", { type: "button", class: "quiet" }, "Use the sample");
    back.addEventListener("click", () => this.#choose(kind, [], scenario));
    this.#container.replaceChildren(
      h("label", { for: "file" }, label),
      input,
      h("div", { class: "row" }, used, ...(this.#names.has(kind) ? [back] : [])),
    );
  }

  #choose(kind: Kind, files: readonly File[], scenario: string): void {
    const [first] = files;
    if (first) this.#names.set(kind, files.length === 1 ? first.name : `${files.length} files`);
    else this.#names.delete(kind);
    if (kind === texts) this.#files = { ...this.#files, texts: first ? urlsOf(files) : sampleFiles.texts };
    else this.#files = { ...this.#files, photograph: first ? URL.createObjectURL(first) : sampleFiles.photograph };
    this.show(scenario);
    this.#onChange();
  }
}
