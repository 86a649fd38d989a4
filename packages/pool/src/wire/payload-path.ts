// The words for a place inside a value: `args[0].config["on-done"].get("a")`.

/** A property, as it would be written behind its object. */
export function accessor(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A key of a Map, in the words of an error message. */
export function keyText(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key);
  return isPlain(key) ? `${String(key)}${typeof key === "bigint" ? "n" : ""}` : "…";
}

/** Whether a value needs no look inside. */
export function isPlain(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}
