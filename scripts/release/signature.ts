import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumsFile } from "./files.ts";

export const hasSigningKey = (): boolean => Boolean(process.env["GPG_PRIVATE_KEY"]);

/** Signs the checksums of the release with the key of the environment. Throws where there is none. */
export function signRelease(): void {
  const key = process.env["GPG_PRIVATE_KEY"];
  if (!key) throw new Error("GPG_PRIVATE_KEY is not set");
  sign(checksumsFile, key, process.env["GPG_PASSPHRASE"] ?? "");
}

/**
 * Writes the detached binary signature of a file beside it, with `.sig`.
 *
 * @param key the secret key, with ASCII armor. It is in a keyring of its own, which is removed afterwards.
 */
export function sign(file: string, key: string, passphrase: string): void {
  const home = mkdtempSync(join(tmpdir(), "hikube-gnupg-"));
  const gpg = (args: readonly string[], input: string) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--no-tty", "--quiet", ...args], {
      input,
      stdio: ["pipe", "ignore", "inherit"],
    });
  try {
    gpg(["--import"], key);
    const withPassphrase = ["--pinentry-mode", "loopback", "--passphrase-fd", "0"];
    gpg([...withPassphrase, "--yes", "--output", `${file}.sig`, "--detach-sign", file], passphrase);
  } finally {
    execFileSync("gpgconf", ["--homedir", home, "--kill", "gpg-agent"], { stdio: "ignore" });
    rmSync(home, { recursive: true, force: true });
  }
}
