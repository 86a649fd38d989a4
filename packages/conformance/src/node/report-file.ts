// Where reports are kept: one file per backend and version of Node.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../report.js";

/** Writes a report to `<folder>/conformance-<backend>-node<major>.json`; resolves with the path. */
export async function saveReport(report: Report, folder: string): Promise<string> {
  const major = process.versions.node.split(".")[0];
  const file = join(folder, `conformance-${report.backend}-node${major}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  return file;
}
