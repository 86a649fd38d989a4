// Waiting in tests: for a condition, never for a fixed time.

import { violated } from "./assertions.js";

/** Resolves after `ms`. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves when `condition` is true; fails after `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs: number = 8000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let wait = 0; !(await condition()); wait = Math.min(wait + 1, 10)) {
    if (performance.now() > deadline) violated(`Waited ${timeoutMs} ms in vain for this: ${what}`);
    await delay(wait);
  }
}

/** The promise's outcome, or a failure after `ms`. */
export async function within<T>(ms: number, promise: PromiseLike<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      try {
        violated(`Waited ${ms} ms in vain for this: ${what}`);
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
