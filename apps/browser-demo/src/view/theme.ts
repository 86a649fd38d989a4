// Light or dark: as the system says, or as the visitor says.

import { byId } from "./element.js";

const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const key = "everycore-theme";

/** Lets the button with the id `theme` change the theme, and remembers the choice where the browser allows that. */
export function installTheme(): void {
  const button = byId("theme", HTMLButtonElement);
  let theme = remembered();
  show(button, theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] as Theme;
    show(button, theme);
    remember(theme);
  });
}

const signs: Readonly<Record<Theme, string>> = { auto: "◐", light: "☀", dark: "☾" };

function show(button: HTMLButtonElement, theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  button.textContent = `${signs[theme]} ${theme}`;
  button.setAttribute("aria-label", `Theme: ${theme}. Change it.`);
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(key);
    return themes.find((theme) => theme === stored) ?? "auto";
  } catch {
    return "auto";
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
