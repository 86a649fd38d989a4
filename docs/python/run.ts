// Runs the examples of one module of Python's: `node run.js threading`. Writes a line of JSON for each.

import { writeSync } from "node:fs";

const [name = ""] = process.argv.slice(2);
const { examples } = (await import(`./${name}.js`)) as { examples: Record<string, () => unknown> };
for (const [title, example] of Object.entries(examples)) {
  const error = await Promise.resolve()
    .then(example)
    .then(
      () => null,
      (thrown: unknown) => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)),
    );
  // Not console.log: examples print too.
  writeSync(1, `${JSON.stringify({ title, error })}\n`);
}
