// How backends are made wrong about kernels: what they are given, what they give, and the plan between the two is changed.

import type { AnyKernel, Backend, Executor, Future, KernelExecutor } from "@everycore/core";
import type { KernelDefinition, LaunchPlan } from "@everycore/kernel/ir";
import { backend as inline } from "../../../inline/dist/index.js";
import { mirror, override } from "./fault.js";

/** Both halves of an executor. */
export type BothExecutor = Executor & KernelExecutor;

type Launch = (kernel: AnyKernel, args: readonly unknown[], inner: BothExecutor) => Future<unknown>;

const brand = Symbol.for("everycore.kernel");

/** Submits as the kit does: without types. */
export function submitTo(inner: BothExecutor, kernel: AnyKernel, args: readonly unknown[]): Future<unknown> {
  return (inner.submit as (...call: readonly unknown[]) => Future<unknown>).call(inner, kernel, ...args);
}

/** A backend that launches in its own way; tasks are left alone. */
export function launched(launch: () => Launch, backend: Backend = inline): Backend {
  return override(backend, () => {
    const own = launch();
    return {
      submit(what: AnyKernel, ...args: unknown[]) {
        const inner = this.inner as BothExecutor;
        return brand in what ? own(what, args, inner) : submitTo(inner, what, args);
      },
    };
  });
}

/** A backend that is given other arguments than it was called with. */
export function withArguments(change: (args: readonly unknown[]) => readonly unknown[]): Backend {
  return launched(() => (kernel, args, inner) => submitTo(inner, kernel, change(args)));
}

/** A backend that changes arrays and result when a launch is done. */
export function withTraces(change: (args: readonly unknown[], result: unknown) => unknown): Backend {
  return launched(
    () => (kernel, args, inner) =>
      mirror(submitTo(inner, kernel, args), { value: (value, { result }) => result(change(args, value)) }),
  );
}

/** A backend that runs another plan than the kernel's. */
export function withPlan(change: (plan: LaunchPlan) => Partial<LaunchPlan>): Backend {
  return launched(() => (kernel, args, inner) => submitTo(inner, planned(kernel, change), args));
}

function planned(kernel: AnyKernel, change: (plan: LaunchPlan) => Partial<LaunchPlan>): AnyKernel {
  const definition = (kernel as unknown as Record<symbol, KernelDefinition>)[brand] as KernelDefinition;
  const wrong: KernelDefinition = Object.create(definition, {
    plan: {
      value(args: readonly unknown[]) {
        const plan = definition.plan(args);
        return { ...plan, ...change(plan) };
      },
    },
  });
  return Object.create(kernel, { [brand]: { value: wrong } }) as AnyKernel;
}
