// Number arguments have no type of their own: the program says which type it uses them as, and a value that does not fit
// is refused at the launch.

import type { ValueType } from "../ir/ir.js";
import { plainRangeError } from "./argument-errors.js";

/** `value` as a value of `type`. @throws RangeError for a number with a fraction, or too large, that is used as an integer. */
export function scalarValue(value: number | boolean, type: ValueType, name: string, label: string): number {
  const number = Number(value);
  switch (type) {
    case "float64":
      return number;
    case "float32":
      return Math.fround(number);
    case "bool":
      return number === 0 || Number.isNaN(number) ? 0 : 1;
    case "int32":
      if (number !== (number | 0)) throw notAnInteger(number, name, label, "from -2147483648 to 2147483647");
      return number | 0;
    case "uint32":
      if (number !== number >>> 0) throw notAnInteger(number, name, label, "from 0 to 4294967295");
      return number >>> 0;
  }
}

function notAnInteger(value: number, name: string, label: string, range: string): RangeError {
  return plainRangeError(
    `"${name}" is ${value}, but ${label} uses it as an integer (an index, a count, or a number next to integers). ` +
      `Pass a whole number ${range}, or write Math.fround(${name}) where a float is meant.`,
  );
}
