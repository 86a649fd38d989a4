// The words for a place inside a value: `args[0].config["on-done"].get("a")`.

/** A property, as it would be written behind its object. */
export function accessor(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A key of a Map, in the words of an error message. */
export function keyText(key: unknown): string {
  switch (typeof key) {
    case "string":
      return JSON.stringify(key);
    case "bigint":
      return `${key}n`;
    case "object":
    case "function":
    case "symbol":
      return key === null ? "null" : "…";
    default:
      return String(key);
  }
}
