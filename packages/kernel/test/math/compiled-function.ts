// Runs a FunctionDefinition fast: it is translated to JavaScript with Math.fround, so that hundreds of millions of values
// can be measured. An evaluator of the tests' own: it shares nothing with the simulator and the emitters.

import type { FunctionDefinition } from "../../src/ir/function.js";
import type { Expression, Statement, ValueType } from "../../src/ir/ir.js";

const binarySigns: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  remainder: "%",
  and: "&",
  or: "|",
  xor: "^",
};
const compareSigns: Readonly<Record<string, string>> = {
  equal: "===",
  notEqual: "!==",
  less: "<",
  lessEqual: "<=",
  greater: ">",
  greaterEqual: ">=",
};

function as(type: ValueType, text: string): string {
  if (type === "float32") return `fround(${text})`;
  if (type === "int32") return `((${text}) | 0)`;
  if (type === "uint32") return `((${text}) >>> 0)`;
  if (type === "bool") return `(${text})`;
  throw new Error(`The math library has no ${type}.`);
}

function constantText(type: ValueType, value: number): string {
  return type === "bool" ? String(value === 1) : Object.is(value, -0) ? "(-0)" : `(${value})`;
}

function binaryText(expression: Expression & { op: "binary" }): string {
  const left = text(expression.left);
  const right = text(expression.right);
  if (expression.operator === "min" || expression.operator === "max")
    return `Math.${expression.operator}(${left}, ${right})`;
  if (expression.operator === "shiftLeft") return `${left} << ${right}`;
  if (expression.operator === "shiftRight") return `${left} ${expression.type === "uint32" ? ">>>" : ">>"} ${right}`;
  if (expression.operator === "multiply" && expression.type !== "float32") return `Math.imul(${left}, ${right})`;
  const sign = binarySigns[expression.operator];
  if (sign === undefined) throw new Error(`The evaluator lacks ${expression.operator}.`);
  return `${left} ${sign} ${right}`;
}

function unaryText(expression: Expression & { op: "unary" }): string {
  const value = text(expression.value);
  if (expression.operator === "negate") return `-${value}`;
  if (expression.operator === "not") return `!${value}`;
  if (expression.operator === "complement") return `~${value}`;
  return `Math.${expression.operator === "countLeadingZeros" ? "clz32" : expression.operator}(${value})`;
}

function bitcastText(to: ValueType, value: Expression): string {
  if (value.type === "float32") return to === "float32" ? text(value) : `(F[0] = ${text(value)}, I[0])`;
  return to === "float32" ? `(I[0] = ${text(value)}, F[0])` : text(value);
}

function text(expression: Expression): string {
  switch (expression.op) {
    case "constant":
      return constantText(expression.type, expression.value);
    case "local":
      return `v${expression.id}`;
    case "unary":
      return as(expression.type, unaryText(expression));
    case "binary":
      return as(expression.type, binaryText(expression));
    case "compare":
      return `(${text(expression.left)} ${compareSigns[expression.operator]} ${text(expression.right)})`;
    case "logical":
      return `(${text(expression.left)} ${expression.operator === "and" ? "&&" : "||"} ${text(expression.right)})`;
    case "select":
      return `(${text(expression.condition)} ? ${text(expression.then)} : ${text(expression.otherwise)})`;
    case "convert":
      return as(expression.type, `+${text(expression.value)}`);
    case "bitcast":
      return as(expression.type, bitcastText(expression.type, expression.value));
    default:
      throw new Error(`A math function must not contain ${expression.op}.`);
  }
}

function statementText(statement: Statement): string {
  if (statement.kind === "set") return `v${statement.local} = ${text(statement.value)};`;
  if (statement.kind !== "if") throw new Error(`A math function must not contain ${statement.kind}.`);
  const otherwise = statement.otherwise.map(statementText).join("\n");
  return `if (${text(statement.condition)}) {\n${statement.then.map(statementText).join("\n")}\n} else {\n${otherwise}\n}`;
}

/** A JavaScript function that does what the definition says, operation by operation. */
export function compiledFunction(definition: FunctionDefinition): (x: number, y?: number) => number {
  const parameters = definition.parameters.map((id) => `v${id}`);
  const others = definition.locals
    .map((local, id) => ({ id, zero: local.type === "bool" ? "false" : "0" }))
    .filter(({ id }) => !definition.parameters.includes(id))
    .map(({ id, zero }) => `v${id} = ${zero}`);
  const body = [
    others.length > 0 ? `let ${others.join(", ")};` : "",
    ...definition.body.map(statementText),
    `return ${text(definition.result)};`,
  ].join("\n");
  const make = new Function(
    `"use strict"; const { fround } = Math; const F = new Float32Array(1), I = new Int32Array(F.buffer);
     return (${parameters.join(", ")}) => {\n${body}\n};`,
  );
  return make() as (x: number, y?: number) => number;
}
