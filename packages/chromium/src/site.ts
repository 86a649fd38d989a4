// Serves files to pages, over http on 127.0.0.1: from memory, or from a folder.

import { readFile } from "node:fs/promises";
import { createServer, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

/** A file that is more than its content. */
export interface Resource {
  readonly body: string | Uint8Array;
  readonly status?: number;
  /** Default: by the extension of its path. */
  readonly type?: string;
}

/** Files by path, such as `/index.html`. */
export type SiteFiles = Readonly<Record<string, string | Uint8Array | Resource>>;

/** Options of {@link serveSite}. */
export interface SiteOptions {
  /** Files in memory. */
  readonly files?: SiteFiles | undefined;
  /** A folder, for what is not in memory. */
  readonly folder?: string | undefined;
  /** Whether pages are cross-origin isolated, and so have SharedArrayBuffer. Default true. */
  readonly isolated?: boolean | undefined;
  /** A Content-Security-Policy. */
  readonly csp?: string | undefined;
}

/** A running server; dispose it to end it. */
export interface Site extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40000`. */
  readonly url: string;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
};

/** Starts a server. */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    void answer(pathname === "/" ? "/index.html" : decodeURIComponent(pathname), options, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(path: string, options: SiteOptions, response: ServerResponse): Promise<void> {
  const found = await find(path, options);
  // A browser asks for it on its own, and would complain.
  const missing: Resource = { body: "Not found.", status: path === "/favicon.ico" ? 204 : 404, type: "text/plain" };
  const { body, status = 200, type } = found ?? missing;
  response.writeHead(status, { ...headers(options), "Content-Type": type ?? types[extname(path)] ?? "text/plain" });
  response.end(status === 204 ? undefined : body);
}

async function find(path: string, { files = {}, folder }: SiteOptions): Promise<Resource | undefined> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (file !== undefined) return typeof file === "string" || file instanceof Uint8Array ? { body: file } : file;
  if (folder === undefined) return undefined;
  try {
    return { body: await readFile(join(folder, normalize(path))) };
  } catch {
    return undefined;
  }
}

function headers({ isolated = true, csp }: SiteOptions): OutgoingHttpHeaders {
  return {
    // As on a real site: workers of one file are compiled once.
    "Cache-Control": "max-age=600",
    ...(isolated && {
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
    }),
    ...(csp !== undefined && { "Content-Security-Policy": csp }),
  };
}

/** A page that is one module script, as HTML. */
export function pageOf(script: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Everycore</title><script type="module" src="${script}"></script></html>`;
}
