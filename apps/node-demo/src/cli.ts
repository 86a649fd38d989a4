// The program: `npm run demo`.

import { main } from "./main.js";

const interruption = new AbortController();

// The first Ctrl-C stops in good order; the second one does not wait for it.
process.once("SIGINT", () => {
  interruption.abort(new Error("interrupted"));
  process.once("SIGINT", () => process.exit(130));
});

// A reader that has seen enough, as in `npm run demo | head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
});
