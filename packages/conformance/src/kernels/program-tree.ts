// A program of law K8 as a tree that can be written in two languages: as a kernel, and as plain JavaScript in which every wrap and
// every rounding is spelled out. The two texts share nothing but the tree, so that a mistake of the compiler's front end shows
// as well as one of a backend. Trees can be cut: the smallest one that still fails is what a person wants to read.

/** Types of expressions. `float` is float32 or float64, as the whole program has it. */
export type TreeType = "int" | "uint" | "float" | "bool";

/** An expression or a statement: two templates with `$0`, `$1` … for its expressions and `@0`, `@1` … for its blocks. */
export interface TreeNode {
  /** Absent for a statement. */
  readonly type?: TreeType | undefined;
  readonly kernel: string;
  readonly plain: string;
  readonly parts: readonly TreeNode[];
  readonly blocks: ReadonlyArray<readonly TreeNode[]>;
}

/** The two languages. */
export type TreeLanguage = "kernel" | "plain";

/** Writes a tree as text. */
export function writeTree(node: TreeNode, language: TreeLanguage): string {
  return node[language].replace(/\$(\d)|@(\d)/g, (_, part?: string, block?: string) => {
    if (part !== undefined) return writeTree(node.parts[Number(part)] as TreeNode, language);
    return writeBlock(node.blocks[Number(block)] ?? [], language);
  });
}

/** Writes statements, one a line. */
export function writeBlock(statements: readonly TreeNode[], language: TreeLanguage): string {
  const lines = statements.map((statement) => writeTree(statement, language)).join("\n");
  return `\n${lines.replace(/^/gm, "  ")}\n`;
}

const leaves: Readonly<Record<TreeType, readonly string[]>> = {
  int: ["a0", "thread.x"],
  uint: ["b0"],
  float: ["c0"],
  bool: ["true", "d0"],
};

/** Every program that is a little smaller than this one, the most promising first. */
export function* cuts(statements: readonly TreeNode[]): Generator<readonly TreeNode[]> {
  for (const [index, statement] of statements.entries()) {
    yield statements.toSpliced(index, 1);
    for (const block of statement.blocks) yield statements.toSpliced(index, 1, ...block);
  }
  for (const [index, statement] of statements.entries()) {
    for (const smaller of cutsOf(statement)) yield statements.with(index, smaller);
  }
}

function* cutsOf(node: TreeNode): Generator<TreeNode> {
  for (const [index, block] of node.blocks.entries()) {
    for (const smaller of cuts(block)) yield { ...node, blocks: node.blocks.with(index, smaller) };
  }
  if (node.type !== undefined && node.parts.length > 0) yield* replacements(node, node.type);
  for (const [index, part] of node.parts.entries()) {
    for (const smaller of cutsOf(part)) yield { ...node, parts: node.parts.with(index, smaller) };
  }
}

function* replacements({ parts }: TreeNode, type: TreeType): Generator<TreeNode> {
  yield* parts.filter((part) => part.type === type);
  for (const text of leaves[type]) yield { type, kernel: text, plain: text, parts: [], blocks: [] };
}
