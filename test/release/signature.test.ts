import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sign } from "../../scripts/release/signature.ts";

const home = mkdtempSync(join(tmpdir(), "hikube-key-"));
const folder = mkdtempSync(join(tmpdir(), "hikube-signed-"));
const file = join(folder, "SHA256SUMS");
const passphrase = "a passphrase of this test alone";
let key: string;

const gpg = (...args: string[]): Buffer =>
  execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
const verify = () =>
  spawnSync("gpg", ["--homedir", home, "--batch", "--status-fd", "1", "--verify", `${file}.sig`, file], {
    encoding: "utf8",
  });

beforeAll(() => {
  gpg("--passphrase", passphrase, "--quick-generate-key", "Throw-away <test@example.org>", "rsa2048", "sign", "1d");
  key = gpg("--passphrase", passphrase, "--armor", "--export-secret-keys").toString();
});

afterAll(() => {
  execFileSync("gpgconf", ["--homedir", home, "--kill", "gpg-agent"]);
  for (const path of [home, folder]) rmSync(path, { recursive: true, force: true });
});

test("signs a file so that gpg verifies it, and no other content", () => {
  writeFileSync(file, "0123  archive.zip\n");
  const keyrings = () => readdirSync(tmpdir()).filter((name) => name.startsWith("hikube-gnupg-"));
  const before = keyrings();
  sign(file, key, passphrase);
  expect(keyrings()).toEqual(before);
  const good = verify();
  expect([good.status, good.stdout]).toEqual([0, expect.stringContaining("GOODSIG")]);
  appendFileSync(file, "4567  other.zip\n");
  expect(verify().stdout).toContain("BADSIG");
});

test("writes a binary signature, as the registry wants it", () => {
  writeFileSync(file, "0123  archive.zip\n");
  rmSync(`${file}.sig`, { force: true });
  sign(file, key, passphrase);
  const packets = gpg("--list-packets", `${file}.sig`).toString();
  expect(packets).toMatch(/^# off=0 ctb=8[89]/);
});

test("signs nothing with a wrong passphrase", () => {
  rmSync(`${file}.sig`, { force: true });
  writeFileSync(file, "0123  archive.zip\n");
  expect(() => sign(file, key, "wrong")).toThrow();
  expect(existsSync(`${file}.sig`)).toBe(false);
});
