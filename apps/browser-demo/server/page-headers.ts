// The headers with which the pages are served, in development and in preview: cross-origin isolation, which `?isolated=no` leaves
// out, and a strict policy for scripts. A built page carries the policy in itself too, for servers that send no headers.

import type { ServerResponse } from "node:http";
import type { Connect, HtmlTagDescriptor, Plugin } from "vite";

/** No script but the page's own files; no eval, except for WebAssembly. `blob:` is for the files that a visitor chooses. */
export const contentSecurityPolicy: string = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const isolation: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

function isolate(request: Connect.IncomingMessage, response: ServerResponse, next: Connect.NextFunction): void {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  // A document without these headers is not isolated, whatever its scripts and workers are served with.
  if (searchParams.get("isolated") !== "no") setHeaders(response, isolation);
  next();
}

function protect(_request: Connect.IncomingMessage, response: ServerResponse, next: Connect.NextFunction): void {
  setHeaders(response, { "Content-Security-Policy": contentSecurityPolicy, "X-Content-Type-Options": "nosniff" });
  next();
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function policyTag(): HtmlTagDescriptor {
  const attrs = { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy };
  return { tag: "meta", attrs, injectTo: "head-prepend" };
}

/** The plugin. In development there is no policy: Vite's own client puts styles into the page. */
export function pageHeaders(): Plugin {
  return {
    name: "everycore-page-headers",
    configureServer: ({ middlewares }) => void middlewares.use(isolate),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(isolate).use(protect),
    transformIndexHtml: (_html, { server }) => (server ? [] : [policyTag()]),
  };
}
