// Functions that are no kernels, in a module of their own: the place of a mistake is here, not where the kernel is made.
// biome-ignore-all lint: each mistake is here on purpose

const outside = { value: 3 };

/** Functions that are no kernels: the construct, and a word of it that the message has to show. */
export const mistakes: ReadonlyArray<readonly [what: string, fn: (a: number) => number, shows: RegExp]> = [
  ["a name from outside that the thunk lacks", (a) => a + outside.value, /outside/],
  [
    "try and catch",
    (a) => {
      try {
        return a;
      } catch {
        return 0;
      }
    },
    /try/,
  ],
  [
    "throw",
    (a) => {
      if (a > 3) throw new Error("too large");
      return a;
    },
    /throw/,
  ],
  ["a string", (a) => (String(a) === "3" ? 1 : 0), /String/],
  [
    "an object",
    (a) => {
      const point = { x: a, y: 2 };
      return point.x;
    },
    /point|\{/,
  ],
  // An element that no bundler can find in advance.
  ["an array literal", (a) => [a, 2][a < 0 ? 0 : 1] as number, /\[/],
  [
    "for of",
    (a) => {
      let sum = a;
      for (const x of [1, 2]) sum += x;
      return sum;
    },
    /for/,
  ],
  [
    "recursion",
    (a) => {
      const down = (n: number): number => (n > 0 ? down(n - 1) : 0);
      return down(a);
    },
    /down/,
  ],
  ["Math.random", () => Math.random(), /random/],
  [
    "an unknown function of Math",
    (a) => (Math as unknown as Record<string, (x: number) => number>).nonsense!(a),
    /nonsense/,
  ],
];
