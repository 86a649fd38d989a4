// The operations that random programs are made of: how a kernel writes each, and what it means in plain JavaScript. `f` rounds to
// the program's float, `#` is a small constant, `LOOP` a loop variable that is new. Floats have exact operations only. Constants
// always stand next to something that is none: among themselves they have no type.

import type { TreeType } from "./program-tree.js";

/** An operation. */
export interface Production {
  readonly gives: TreeType;
  readonly takes: readonly TreeType[];
  readonly kernel: string;
  /** Default: as in the kernel. */
  readonly plain?: string;
}

function each(gives: TreeType, takes: readonly TreeType[], table: Readonly<Record<string, string>>): Production[] {
  return Object.entries(table).map(([kernel, plain]) => ({ gives, takes, kernel, ...(plain && { plain }) }));
}

/** Operations on expressions; an empty meaning is that of JavaScript. */
export const productions: readonly Production[] = [
  ...each("int", ["int", "int"], {
    "($0 + $1)": "(($0 + $1) | 0)",
    "($0 - $1)": "(($0 - $1) | 0)",
    "($0 * $1)": "Math.imul($0, $1)",
    "Math.imul($0, $1)": "",
    "($0 % $1)": "(($0 % $1) | 0)",
    "(($0 / $1) | 0)": "quotient($0, $1)",
    "Math.trunc($0 / $1)": "quotient($0, $1)",
    "Math.floor($0 / $1)": "floorQuotient($0, $1)",
    "($0 & $1)": "",
    "($0 | $1)": "",
    "($0 ^ $1)": "",
    "($0 << $1)": "",
    "($0 >> $1)": "",
    "Math.min($0, $1)": "",
    "Math.max($0, $1)": "",
    "h0($0, $1)": "",
  }),
  ...each("int", ["int"], {
    "($0 + #)": "(($0 + #) | 0)",
    "(# - $0)": "((# - $0) | 0)",
    "($0 * #)": "Math.imul($0, #)",
    "($0 % #)": "(($0 % #) | 0)",
    "($0 >> #)": "",
    "($0 + s)": "(($0 + s) | 0)",
    "(-$0)": "(-$0 | 0)",
    "(~$0)": "",
    "Math.abs($0)": "(Math.abs($0) | 0)",
    "Math.sign($0)": "(Math.sign($0) | 0)",
    "Math.clz32($0)": "",
    "n[$0 & 15]": "",
    "n[$0]": "(n[$0] ?? 0)",
  }),
  ...each("int", ["uint"], { "($0 | 0)": "", "($0 & #)": "" }),
  ...each("int", ["float"], { "($0 | 0)": "", "Math.trunc($0)": "($0 | 0)", "(~~$0)": "" }),
  ...each("int", ["bool", "int", "int"], { "($0 ? $1 : $2)": "" }),
  ...each("uint", ["uint", "uint"], {
    "($0 + $1)": "(($0 + $1) >>> 0)",
    "($0 - $1)": "(($0 - $1) >>> 0)",
    "($0 * $1)": "(Math.imul($0, $1) >>> 0)",
    "($0 % $1)": "(($0 % $1) >>> 0)",
    "Math.trunc($0 / $1)": "(quotient($0, $1) >>> 0)",
    "Math.min($0, $1)": "",
    "Math.max($0, $1)": "",
  }),
  ...each("uint", ["uint", "int"], {
    "($0 + $1)": "(($0 + $1) >>> 0)",
    "($0 >>> $1)": "",
    "($0 * $1)": "(Math.imul($0, $1) >>> 0)",
  }),
  ...each("uint", ["int"], { "($0 >>> 0)": "", "($0 >>> #)": "", "u[$0 & 15]": "", "u[$0]": "(u[$0] ?? 0)" }),
  ...each("uint", ["float"], { "($0 >>> 0)": "" }),
  ...each("uint", ["bool", "uint", "uint"], { "($0 ? $1 : $2)": "" }),
  ...each("float", ["float", "float"], {
    "($0 + $1)": "f($0 + $1)",
    "($0 - $1)": "f($0 - $1)",
    "($0 * $1)": "f($0 * $1)",
    "($0 / $1)": "f($0 / $1)",
    "($0 % $1)": "f($0 % $1)",
    "Math.min($0, $1)": "",
    "Math.max($0, $1)": "",
    "h1($0, $1)": "",
  }),
  ...each("float", ["float"], {
    "($0 + #)": "f($0 + #)",
    "($0 * #.5)": "f($0 * #.5)",
    "(1 / $0)": "f(1 / $0)",
    "($0 * s)": "f($0 * s)",
    "(-$0)": "",
    "Math.abs($0)": "",
    "Math.sqrt($0)": "f(Math.sqrt($0))",
    "Math.floor($0)": "",
    "Math.ceil($0)": "",
    "Math.round($0)": "",
    "Math.sign($0)": "",
  }),
  ...each("float", ["float", "int"], { "($0 + $1)": "f($0 + f($1))", "($0 * $1)": "f($0 * f($1))" }),
  ...each("float", ["uint", "float"], { "($0 - $1)": "f(f($0) - $1)" }),
  // Not the quotient alone: `(a / b) | 0` and its like are divisions of integers.
  ...each("float", ["int", "int"], { "($0 / $1 + 0.5)": "f(f(f($0) / f($1)) + 0.5)" }),
  ...each("float", ["int"], { "($0 * 0.25)": "f(f($0) * 0.25)", "x[$0 & 15]": "", "x[$0]": "(x[$0] ?? 0)" }),
  ...each("float", ["bool", "float", "float"], { "($0 ? $1 : $2)": "" }),
  ...each("bool", ["int", "int"], { "($0 < $1)": "", "($0 >= $1)": "", "($0 === $1)": "" }),
  ...each("bool", ["int"], { "($0 > #)": "", "(($0 & #) === 0)": "", "!$0": "" }),
  ...each("bool", ["uint", "uint"], { "($0 < $1)": "", "($0 !== $1)": "" }),
  ...each("bool", ["int", "uint"], { "($0 < $1)": "", "($0 === $1)": "" }),
  ...each("bool", ["float", "float"], { "($0 < $1)": "", "($0 <= $1)": "", "($0 === $1)": "" }),
  ...each("bool", ["float"], { "($0 > #)": "", "Number.isNaN($0)": "", "Number.isFinite($0)": "", "($0 !== $0)": "" }),
  ...each("bool", ["bool", "bool"], { "($0 && $1)": "", "($0 || $1)": "", "($0 === $1)": "" }),
  ...each("bool", ["bool"], { "!$0": "" }),
];

/** Where expressions end. */
export const leaves: Readonly<Record<TreeType, readonly string[]>> = {
  int: ["a0", "a1", "a0", "a1", "thread.x", "n.length", "(s | 0)", "n[thread.x]"],
  uint: ["b0", "b0", "u[thread.x]", "(s >>> 0)"],
  float: ["c0", "c1", "c0", "c1", "x[thread.x]"],
  bool: ["d0", "true", "(thread.x > #)"],
};

/** Statements: `takes` are their expressions, `@` their blocks. Loops are bounded. */
export const sentences: ReadonlyArray<Omit<Production, "gives"> & { readonly isLoop?: true; readonly inLoop?: true }> =
  [
    ...["a0", "a1"].flatMap((name) => [
      { takes: ["int"] as const, kernel: `${name} = $0;` },
      { takes: ["int"] as const, kernel: `${name} += $0;`, plain: `${name} = (${name} + $0) | 0;` },
      { takes: ["int"] as const, kernel: `${name} *= $0;`, plain: `${name} = Math.imul(${name}, $0);` },
      { takes: ["int"] as const, kernel: `${name} ^= $0;` },
      { takes: [], kernel: `${name}++;`, plain: `${name} = (${name} + 1) | 0;` },
    ]),
    { takes: ["uint"], kernel: "b0 = $0;" },
    { takes: ["uint"], kernel: "b0 += $0;", plain: "b0 = (b0 + $0) >>> 0;" },
    ...["c0", "c1"].flatMap((name) => [
      { takes: ["float"] as const, kernel: `${name} = $0;` },
      { takes: ["float"] as const, kernel: `${name} -= $0;`, plain: `${name} = f(${name} - $0);` },
      { takes: ["float"] as const, kernel: `${name} *= $0;`, plain: `${name} = f(${name} * $0);` },
    ]),
    { takes: ["bool"], kernel: "d0 = $0;" },
    { takes: ["int"], kernel: "outA[thread.x] = $0;" },
    { takes: ["float"], kernel: "outC[thread.x] = $0;" },
    { takes: ["bool"], kernel: "if ($0) {@0}" },
    { takes: ["bool"], kernel: "if ($0) {@0} else {@1}" },
    { takes: ["int"], kernel: "switch ($0 & 3) {\n  case 0: {@0}\n  case 2: {@1\n    break;\n  }\n  default: {@2}\n}" },
    { takes: [], kernel: "for (let LOOP = 0; LOOP < #; LOOP++) {@0}", isLoop: true },
    { takes: ["int"], kernel: "for (let LOOP = $0 & 7; LOOP > 0; LOOP -= 2) {@0}", isLoop: true },
    { takes: ["bool"], kernel: "{\n  let LOOP = 0;\n  while ($0 && LOOP < #) {\n    LOOP++;@0}\n}", isLoop: true },
    { takes: ["bool"], kernel: "{\n  let LOOP = 0;\n  do {\n    LOOP++;@0} while ($0 && LOOP < #);\n}", isLoop: true },
    { takes: ["bool"], kernel: "if ($0) break;", inLoop: true },
    { takes: ["bool"], kernel: "if ($0) continue;", inLoop: true },
    { takes: ["bool", "int"], kernel: "if ($0) {\n  outA[thread.x] = $1;\n  return;\n}" },
  ];
