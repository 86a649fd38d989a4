// What the laws assert with. Each assertion takes the sentence that a failure shows first, so that the report reads
// without the source.

import { portrait } from "./portrait.js";

/** A law that does not hold. */
export class LawViolation extends Error {
  override readonly name: string = "LawViolation";
}

/** A law that cannot be tested here. */
export class Untested extends Error {
  override readonly name: string = "Untested";
}

/** Ends the test as failed. */
export function violated(sentence: string): never {
  throw new LawViolation(sentence);
}

/** Asserts that `condition` is true. */
export function holds(condition: unknown, sentence: string): asserts condition {
  if (!condition) violated(sentence);
}

/** Asserts that two values are equal in structure; see portrait.ts. */
export function equals<T>(actual: T, expected: T, sentence: string): void {
  const [shown, wanted] = [portrait(actual), portrait(expected)];
  if (shown !== wanted) violated(`${sentence} (expected ${shorten(wanted)}, got ${shorten(shown)})`);
}

/** Asserts that two values are the same. */
export function same(actual: unknown, expected: unknown, sentence: string): void {
  if (!Object.is(actual, expected)) violated(`${sentence} (expected ${show(expected)}, got ${show(actual)})`);
}

// biome-ignore lint/complexity/noBannedTypes: any class, also one whose constructor is private
type ErrorClass<E> = Function & { readonly prototype: E };

/** Asserts that `call` throws an error of this class at once; returns it. */
export function throws<E>(call: () => unknown, type: ErrorClass<E>, pattern: RegExp, sentence: string): E {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    return checkError(error, type, pattern, sentence);
  }
  if (typeof (value as Promise<unknown> | undefined)?.then === "function") {
    (value as Promise<unknown>).then(undefined, () => {});
  }
  violated(`${sentence} (nothing was thrown at the call)`);
}

/** Asserts that a promise or future rejects with an error of this class; resolves with the error. */
export async function rejects<E>(
  promise: PromiseLike<unknown>,
  type: ErrorClass<E>,
  pattern: RegExp,
  sentence: string,
): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return checkError(error, type, pattern, sentence);
  }
  violated(`${sentence} (it resolved with ${show(value)})`);
}

/** What a promise or future is rejected with; fails if it is not. */
export async function rejection(promise: PromiseLike<unknown>, sentence: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  violated(`${sentence} (it resolved with ${show(value)})`);
}

function checkError<E>(error: unknown, type: ErrorClass<E>, pattern: RegExp, sentence: string): E {
  if (!(error instanceof type)) violated(`${sentence} (expected ${type.name}, got ${show(error)})`);
  const { message } = error as unknown as Error;
  if (!pattern.test(message)) violated(`${sentence} (the message ${JSON.stringify(message)} lacks ${pattern})`);
  return error as E;
}

function show(value: unknown): string {
  return value instanceof Error ? `${value.name}: ${value.message}` : shorten(portrait(value));
}

function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
