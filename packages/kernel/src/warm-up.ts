// What can be made ready before the first kernel comes. A third of the time of a first plan is the engine translating the parser's
// own code, function by function, as each is called for the first time. An executor's `prepare()`, which is called to have the
// first launch fast, pays for that: it takes 3 to 4 ms, once. The parser is known here only where it is loaded, so it registers.

const steps: (() => void)[] = [];

/** Registers what is to be made ready. */
export function atWarmUp(step: () => void): void {
  steps.push(step);
}

/** Makes ready what is registered and has not been made ready yet. */
export function warmUp(): void {
  for (const step of steps.splice(0)) step();
}
