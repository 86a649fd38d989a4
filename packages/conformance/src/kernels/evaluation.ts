// Functions from text, for laws that make up kernels. A page whose content security policy forbids it is told apart.

/** Whether text can be made a function here. */
export function canEvaluate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

/** A function of which `text` is, to the letter, what `toString()` gives. */
export function evaluate<F extends (...args: never[]) => unknown>(
  text: string,
  scope: Readonly<Record<string, unknown>> = {},
): F {
  return new Function(...Object.keys(scope), `return (${text});`)(...Object.values(scope)) as F;
}
