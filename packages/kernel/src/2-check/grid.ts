// Grid kernels: `(thread, ...parameters) => void`.

import { parseFunction } from "../1-parse/index.js";
import type { ArgumentType, KernelSource, LoweringOptions } from "../front-end.js";
import { gridProgram } from "../ir/builder.js";
import type { GridProgram } from "../ir/ir.js";
import { bindParameters } from "./declaration.js";
import { effect } from "./expression.js";
import { Types } from "./infer.js";
import { StepLowering } from "./lower-step.js";
import { closureOf, parametersOf, shapeOf, workingFloat } from "./program.js";
import { type Closure, type Entity, Scope } from "./scope.js";
import { functionBody, refuseResult } from "./statement.js";
import { Translation } from "./translation.js";
import { checkBarriers } from "./uniformity.js";
import { checkUnset } from "./unset.js";

/** Expressions that change nothing: as the body of an arrow function, they are its result. */
const values: ReadonlySet<string> = new Set(["BinaryExpression", "MemberExpression", "Identifier", "Literal"]);

/** Lowers `(thread, ...parameters) => void`. @throws DiagnosticError */
export function lowerGrid(source: KernelSource, types: readonly ArgumentType[], options: LoweringOptions): GridProgram {
  const t = new Translation("grid", source.fn);
  const closure = closureOf(source);
  const hasThread = parseFunction(source.fn).node.params.length > 0;
  const { arrays, entities } = parametersOf(source, types, hasThread ? 1 : 0);
  translate(t, closure, hasThread ? [{ kind: "thread" }, ...entities] : entities);
  checkUnset(t.steps);
  const all = [...arrays, ...t.captured.values()];
  const lowering = new StepLowering(
    new Types(t.variables, t.steps, workingFloat([...all, ...t.shared])),
    all,
    t.shared,
  );
  lowering.prepare([t.steps]);
  const body = lowering.statements(t.steps);
  const shape = shapeOf(t, lowering, all, options);
  checkBarriers(body, shape.arrays ?? [], lowering.barriers);
  return gridProgram(shape, body);
}

/** The kernel's own body, in which `return` ends the thread. */
function translate(t: Translation, closure: Closure, entities: readonly Entity[]): void {
  const { node } = closure;
  t.frame = { ...t.frame, node, values: entities };
  const scope = new Scope(closure.scope.home, closure.scope);
  bindParameters(t, scope, node, entities);
  if (node.body.type === "BlockStatement") functionBody(t, node, scope);
  else if (values.has(node.body.type)) refuseResult(t, node.body);
  else effect(t, node.body, scope);
}
