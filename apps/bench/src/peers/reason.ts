// Why something failed, on one line of a table.

const longest = 160;

export function messageOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = (text.split("\n")[0] ?? "").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
