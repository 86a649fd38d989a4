// What kind of page this is, and what follows from that.

import { byId, h } from "./element.js";

/** Fills the element with the id `environment`. */
export function showEnvironment(): void {
  const cores = navigator.hardwareConcurrency;
  const url = new URL(location.href);
  if (crossOriginIsolated) url.searchParams.set("isolated", "no");
  else url.searchParams.delete("isolated");
  const link = h("a", { href: `${url}` }, crossOriginIsolated ? "Open it without isolation" : "Open it with isolation");
  const badge = h(
    "strong",
    { class: crossOriginIsolated ? "tag good" : "tag warn" },
    crossOriginIsolated ? "isolated" : "not isolated",
  );
  byId("environment", HTMLElement).replaceChildren(
    badge,
    ` ${crossOriginIsolated ? isolated : open} This computer offers ${cores} ${cores === 1 ? "core" : "cores"}. `,
    link,
  );
}

const isolated =
  "This page is cross-origin isolated: workers share memory with it, so locks, exact cancelling and kernels on all cores work.";
const open =
  "This page is not cross-origin isolated, so it has no shared memory. Tasks run all the same, by messages; kernels have one thread, and what needs locks cannot run.";
