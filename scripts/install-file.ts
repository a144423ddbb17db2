import { cpSync, linkSync, renameSync } from "node:fs";

/** Puts a file in the place of another at one stroke, as a link where it can be one: a run of Terraform that uses the former is not disturbed. */
export function installFile(from: string, to: string): void {
  const beside = `${to}.${process.pid}`;
  try {
    linkSync(from, beside);
  } catch {
    cpSync(from, beside);
  }
  renameSync(beside, to);
}
