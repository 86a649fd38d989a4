// What every runtime that Everycore supports has (Node, browsers, Deno, Bun, workerd), and nothing more.
// Platform-free packages compile against this file instead of lib.dom or @types/node, so that touching either of
// those there is a compile error. It is never published: in a published .d.ts these names are the user's own globals.

declare function queueMicrotask(callback: () => void): void;
declare function setTimeout(callback: () => void, ms?: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function structuredClone<T>(value: T, options?: { transfer?: readonly object[] }): T;

declare const performance: { now(): number };
declare const console: Record<"log" | "warn" | "error", (...values: unknown[]) => void>;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare const AbortSignal: { new (): AbortSignal; prototype: AbortSignal };

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController; prototype: AbortController };

interface DOMException extends Error {
  readonly code: number;
}
declare const DOMException: { new (message?: string, name?: string): DOMException; prototype: DOMException };

interface ImportMeta {
  readonly url: string;
}
