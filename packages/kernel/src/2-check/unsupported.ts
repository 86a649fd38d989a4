// What each construct of JavaScript that is not in the language is called, and what to write instead.

import type { Literal } from "acorn";
import type { AnyNode } from "../1-parse/index.js";
import type { Reason } from "./reasons.js";
import { refuse } from "./refusal.js";
import type { Translation } from "./translation.js";

type Refusal = readonly [reason: Reason, message: string, hint: string];

const loop: Refusal = [
  "for-of",
  "`for…of` loops are not in the kernel language.",
  "Write `for (let i = 0; i < a.length; i++)`.",
];
const exceptions: Refusal = [
  "exceptions",
  "`try`, `catch` and `throw` are not in the kernel language: a thread cannot fail.",
  "Check with `if` and write a value that says so, such as `out[i] = NaN`.",
];
const async: Refusal = [
  "async",
  "`await` and `yield` are not in the kernel language.",
  "A kernel runs from start to end without waiting; wait for the future of the launch instead.",
];
const string: Refusal = ["string", "Strings are not in the kernel language.", "Use numbers: `0`, `1`, `2` for kinds."];
const nested: Refusal = [
  "class",
  "Classes are not in the kernel language.",
  "Use variables, and functions that take and return numbers.",
];
const self: Refusal = [
  "this",
  "`this`, `super`, `arguments` and `new.target` mean nothing in a kernel.",
  "Pass what the function needs as parameters, or name it in the thunk: `kernel(fn, () => ({ G }))`.",
];
const spread: Refusal = ["spread", "Spread and rest (`...`) are not in the kernel language.", "Name each value."];

const refusals: Readonly<Record<string, Refusal>> = {
  ForOfStatement: loop,
  ForInStatement: ["for-of", "`for…in` loops are not in the kernel language.", loop[2]],
  TryStatement: exceptions,
  ThrowStatement: exceptions,
  AwaitExpression: async,
  YieldExpression: async,
  TemplateLiteral: ["string", "Template literals are not in the kernel language.", string[2]],
  TaggedTemplateExpression: ["string", "Template literals are not in the kernel language.", string[2]],
  ClassDeclaration: nested,
  ClassExpression: nested,
  ThisExpression: self,
  Super: self,
  MetaProperty: self,
  NewExpression: [
    "new",
    "`new` is not in the kernel language: a thread cannot make objects.",
    "Pass arrays as arguments; for an array of the group, `const tile = thread.shared(Float32Array, 256)`.",
  ],
  ObjectExpression: [
    "object",
    "Object literals are not in the kernel language.",
    "Use one variable for each number: `let px = 0, py = 0`.",
  ],
  ArrayExpression: [
    "array-literal",
    "Array literals are not in the kernel language.",
    "Use one variable for each number, or capture a typed array: `kernel(fn, () => ({ table }))`.",
  ],
  SpreadElement: spread,
  RestElement: spread,
  ChainExpression: [
    "optional-chaining",
    "`?.` is not in the kernel language: nothing in a kernel is null.",
    "Write `.` instead.",
  ],
  WithStatement: ["with", "`with` is not in the kernel language.", "Write out the names."],
  ImportExpression: [
    "import",
    "`import()` is not in the kernel language.",
    "Import at the top of the module, and name what you use in the thunk: `kernel(fn, () => ({ helper }))`.",
  ],
  PrivateIdentifier: ["unknown-member", "Private members are not in the kernel language.", "Pass the value instead."],
};

/** Refuses a node whose type is not in the language. */
export function refuseSyntax(t: Translation, node: AnyNode): never {
  const [reason, message, hint] = refusals[node.type] ?? [
    "syntax" as const,
    `\`${node.type}\` is not in the kernel language.`,
    "See docs/kernels.md for what may be written.",
  ];
  refuse(t.place(node), reason, message, hint);
}

/** Refuses a literal that is neither a number nor a boolean. */
export function refuseLiteral(t: Translation, node: Literal): never {
  const place = t.place(node);
  if (node.regex) refuse(place, "regexp", "Regular expressions are not in the kernel language.", string[2]);
  if (node.bigint) {
    refuse(
      place,
      "bigint",
      "BigInts are not in the kernel language.",
      `Write \`${node.bigint}\`: integers have 32 bits, and wrap.`,
    );
  }
  if (node.value === null) {
    refuse(place, "null", "`null` is not in the kernel language.", "Use a number that stands for it, such as `-1`.");
  }
  refuse(place, ...string);
}

/** Refuses `typeof`, `in`, `instanceof` and `delete`. */
export function refuseOperator(t: Translation, node: AnyNode, operator: string): never {
  refuse(
    t.place(node),
    "operator",
    `\`${operator}\` is not in the kernel language: types are known before the kernel runs.`,
    "Leave it out; kernels are compiled anew for each combination of argument types.",
  );
}

/** Refuses `??` and `??=`. */
export function refuseNullish(t: Translation, node: AnyNode): never {
  refuse(
    t.place(node),
    "nullish",
    "`??` is not in the kernel language: nothing in a kernel is null or undefined.",
    "Leave it out, or write what you test for: `x !== x ? 0 : x` replaces NaN.",
  );
}
