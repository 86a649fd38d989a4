// Where reports are kept: one file per backend and version of Node, or under a name of one's own.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../report.js";

const major = process.versions.node.split(".")[0];

/** Writes a report to `<folder>/conformance-<name>.json`; resolves with the path. Default name: `<backend>-node<major>`. */
export async function saveReport(
  report: Report,
  folder: string,
  name: string = `${report.backend}-node${major}`,
): Promise<string> {
  const file = join(folder, `conformance-${name}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}
