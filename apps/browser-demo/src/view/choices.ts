// A group of radio buttons with words below each: what it is, or why it cannot be chosen.

import { h } from "./element.js";

/** One of several. */
export interface ChoiceItem {
  readonly value: string;
  readonly name: string;
  /** What it is, or why it cannot be chosen. */
  readonly detail?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Items with the same group stand together, under its name. */
  readonly group?: string | undefined;
}

/** Fills a fieldset's container. The browser's own radio buttons bring the keyboard and the screen reader with them. */
export function showChoices(container: HTMLElement, field: string, items: readonly ChoiceItem[], chosen: string): void {
  const focused = container.contains(document.activeElement);
  let group: string | undefined;
  const nodes = items.flatMap((item) => {
    const heading = item.group !== group && item.group ? [h("p", { class: "group" }, item.group)] : [];
    group = item.group;
    return [...heading, createChoice(field, item, item.value === chosen)];
  });
  container.replaceChildren(...nodes);
  const checked = container.querySelector<HTMLInputElement>("input:checked");
  const option = checked?.closest<HTMLElement>(".option");
  // Where the choices are a strip, the chosen one is in it.
  if (option && container.scrollWidth > container.clientWidth) container.scrollLeft = option.offsetLeft - 32;
  if (focused) checked?.focus();
}

function createChoice(field: string, { value, name, detail, disabled }: ChoiceItem, checked: boolean): HTMLElement {
  const detailId = `${field}-${value}-detail`;
  const input = h("input", {
    type: "radio",
    name: field,
    value,
    checked,
    disabled,
    "aria-describedby": detail ? detailId : undefined,
  });
  const words = detail ? [h("span", { class: "detail", id: detailId }, detail)] : [];
  const label = h("label", { class: "choice" }, input, h("span", { class: "name" }, name));
  return h("div", { class: disabled ? "option off" : "option" }, label, ...words);
}
