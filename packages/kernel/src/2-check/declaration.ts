// Declarations: parameters, `let`, `const`, `var`, and functions declared inside.
//
// Rules
//  1. Names of a block (or, for `var`, of a function) are declared when it is entered, and stand for something once their
//     declaration is reached.
//  2. A name that gets one value that is constant (or as steady as `thread.x`) stands for it, as if it had been written there:
//     minifiers may or may not have put it there.
//  3. A name that gets one array, function or member of the thread stands for it; such a name cannot be assigned again.

import type { ObjectPattern, VariableDeclaration, VariableDeclarator } from "acorn";
import {
  type AnyNode,
  assignmentCounts,
  type FunctionNode,
  memberName,
  type Node,
  namesOf,
  type Pattern,
  type Statement,
} from "../1-parse/index.js";
import { isSteady } from "./effects.js";
import { evaluate } from "./expression.js";
import { namedMember } from "./member.js";
import { refuse } from "./refusal.js";
import type { Entity, NameBinding, Scope } from "./scope.js";
import type { Translation } from "./translation.js";
import { refuseSyntax } from "./unsupported.js";
import { requireValue } from "./value.js";

/** Declares the names that belong to a block: `let`, `const`, functions. */
export function declareBlock(t: Translation, scope: Scope, statements: readonly Statement[]): void {
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration" && statement.kind !== "var") {
      for (const { id } of statement.declarations) declareNames(t, scope, id, statement.kind === "const");
    }
    if (statement.type === "FunctionDeclaration") declareFunction(t, scope, statement);
  }
}

function declareNames(t: Translation, scope: Scope, pattern: Pattern, constant: boolean): void {
  for (const name of namesOf(pattern)) declareName(t, scope, name, pattern, constant);
}

function declareName(t: Translation, scope: Scope, name: string, node: Node, constant: boolean): NameBinding {
  const known = scope.own(name);
  if (known) return known;
  const variable = t.variable(name, t.place(node));
  return scope.declare(name, { entity: undefined, variable, constant });
}

function declareFunction(t: Translation, scope: Scope, node: FunctionNode): void {
  if (!node.id) return;
  const { name } = node.id;
  if (node.async || node.generator) refuseAsync(t, node);
  const variable = t.variable(name, t.place(node));
  scope.bind(name, {
    entity: { kind: "function", closure: { node, name, scope, captured: false } },
    variable,
    constant: true,
  });
}

function refuseAsync(t: Translation, node: FunctionNode): never {
  refuse(
    t.place(node),
    "async",
    "`async` functions and generators are not in the kernel language.",
    "Write a plain function.",
  );
}

/** Declares the names that `var` gives to a whole function. They can be assigned before their declaration is reached. */
export function declareHoisted(t: Translation, scope: Scope, names: readonly string[], node: Node): void {
  for (const name of names) {
    if (scope.own(name)) continue;
    const binding = declareName(t, scope, name, node, false);
    t.emit({ kind: "declare", variable: binding.variable });
    binding.entity = { kind: "value", value: t.read(binding.variable, binding.variable.place) };
  }
}

/** `let`, `const` or `var`, when it is reached. */
export function declaration(t: Translation, node: VariableDeclaration, scope: Scope): void {
  if (node.kind === "using" || node.kind === "await using") {
    refuse(t.place(node), "using", "`using` is not in the kernel language.", "Write `const`.");
  }
  for (const declarator of node.declarations) {
    if (declarator.id.type === "Identifier") declareOne(t, declarator, declarator.id.name, node.kind, scope);
    else destructure(t, declarator.id, initial(t, declarator, scope), scope);
  }
}

function initial(t: Translation, declarator: VariableDeclarator, scope: Scope): Entity {
  if (!declarator.init) throw new Error("acorn refuses a pattern without an initial value");
  t.declaring = declarator.id.type === "Identifier" ? declarator.id.name : "";
  return evaluate(t, declarator.init, scope);
}

function declareOne(t: Translation, node: VariableDeclarator, name: string, kind: string, scope: Scope): void {
  const binding = scope.find(name) as NameBinding;
  if (!node.init) {
    if (kind === "var") return;
    t.emit({ kind: "declare", variable: binding.variable });
    binding.entity = { kind: "value", value: t.read(binding.variable, t.place(node.id)) };
    return;
  }
  bind(t, binding, initial(t, node, scope), node, isOnce(t, name, kind));
}

/** Whether a name gets its value only where it is declared. */
function isOnce(t: Translation, name: string, kind: string): boolean {
  if (kind === "const") return true;
  const root = t.frame.node;
  return root !== undefined && assignmentCounts(root).get(name) === 1;
}

/** Gives a declared name what it stands for: rules 2 and 3. */
function bind(t: Translation, binding: NameBinding, entity: Entity, node: VariableDeclarator, once: boolean): void {
  if (once && (entity.kind !== "value" || isSteady(entity.value))) {
    if (entity.kind === "undefined" && node.init) requireValue(t, entity, node.init);
    binding.entity = entity;
    return;
  }
  if (entity.kind === "undefined" && isVoid(node.init)) {
    t.emit({ kind: "declare", variable: binding.variable });
  } else {
    if (entity.kind !== "value") refuseChanging(t, node, entity, binding.variable.name);
    t.set(binding.variable, entity.value);
  }
  binding.entity = { kind: "value", value: t.read(binding.variable, t.place(node.id)) };
}

/** `let x = void 0` is `let x`. */
function isVoid(node: AnyNode | null | undefined): boolean {
  return node?.type === "UnaryExpression" || (node?.type === "Identifier" && node.name === "undefined");
}

function refuseChanging(t: Translation, node: VariableDeclarator, entity: Entity, name: string): never {
  if (entity.kind === "array") {
    refuse(
      t.place(node),
      "assign-array",
      `\`${name}\` is an array, and is assigned again later.`,
      `Declare it with \`const ${name}\`.`,
    );
  }
  if (entity.kind === "function" || entity.kind === "intrinsic") {
    refuse(
      t.place(node),
      "assign-function",
      `\`${name}\` is a function, and is assigned again later.`,
      `Declare it with \`const ${name}\`.`,
    );
  }
  requireValue(t, entity, node.init as AnyNode);
  throw new Error("every other kind is refused as a value");
}

/** `const { x, y } = thread`, `const { PI } = Math`. */
function destructure(t: Translation, pattern: Pattern, entity: Entity, scope: Scope): void {
  if (pattern.type !== "ObjectPattern" || entity.kind === "value" || entity.kind === "array") {
    refuse(
      t.place(pattern),
      "destructuring",
      "Only `thread` and its members can be destructured in a kernel.",
      "Write `const { x, y } = thread`, and `const v = a[i]` for elements.",
    );
  }
  destructureObject(t, pattern, entity, scope);
}

function destructureObject(t: Translation, pattern: ObjectPattern, entity: Entity, scope: Scope): void {
  for (const property of pattern.properties) {
    if (property.type !== "Property") refuseSyntax(t, property);
    const name = memberName({
      type: "MemberExpression",
      object: property.key,
      property: property.key,
      computed: property.computed || property.key.type === "Literal",
      optional: false,
      start: property.start,
      end: property.end,
    });
    if (name === undefined) refuseSyntax(t, property.key);
    const value = namedMember(t, property, entity, name);
    bindPattern(t, property.value, value, scope);
  }
}

function bindPattern(t: Translation, pattern: Pattern, entity: Entity, scope: Scope): void {
  if (pattern.type === "Identifier") {
    const binding = scope.own(pattern.name) ?? (scope.find(pattern.name) as NameBinding);
    bindEntity(t, binding, entity, pattern);
  } else if (pattern.type === "ObjectPattern") {
    destructureObject(t, pattern, entity, scope);
  } else if (pattern.type === "AssignmentPattern") {
    // A member of the thread is never undefined, so its default is never used.
    bindPattern(t, pattern.left, entity, scope);
  } else {
    refuseSyntax(t, pattern);
  }
}

/** Numbers become variables if they are assigned, or may change; everything else is what the name stands for. */
function bindEntity(t: Translation, binding: NameBinding, entity: Entity, node: Node): void {
  binding.entity = entity;
  if (entity.kind !== "value" || (isSteady(entity.value) && isOnce(t, binding.variable.name, "let"))) return;
  t.set(binding.variable, entity.value);
  binding.entity = { kind: "value", value: t.read(binding.variable, t.place(node)) };
}

/** Binds the parameters of a function to what a call passes. */
export function bindParameters(t: Translation, scope: Scope, node: FunctionNode, values: readonly Entity[]): void {
  for (const [index, parameter] of node.params.entries()) {
    bindParameter(t, scope, parameter, values[index] ?? { kind: "undefined" });
  }
}

function bindParameter(t: Translation, scope: Scope, parameter: Pattern, entity: Entity): void {
  if (parameter.type === "AssignmentPattern") {
    bindParameter(t, scope, parameter.left, entity.kind === "undefined" ? evaluate(t, parameter.right, scope) : entity);
  } else if (parameter.type === "Identifier") {
    const variable = t.variable(parameter.name, t.place(parameter));
    const binding: NameBinding = { entity: undefined, variable, constant: false };
    scope.bind(parameter.name, binding);
    bindEntity(t, binding, entity, parameter);
  } else if (parameter.type === "ObjectPattern" && (entity.kind === "thread" || entity.kind === "axes")) {
    declareNames(t, scope, parameter, false);
    destructureObject(t, parameter, entity, scope);
  } else {
    refuse(
      t.place(parameter),
      "parameter-pattern",
      "Parameters of kernels cannot be destructured or collect the rest; only `thread` can be destructured.",
      "Name each parameter.",
    );
  }
}
