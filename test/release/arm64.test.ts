import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { debianPackage } from "../../scripts/release/debian-package.ts";
import { fileNames, releaseFolder } from "../../scripts/release/files.ts";
import { hostIdentity } from "../support/plugin-client/identity.ts";
import { startPlugin } from "../support/plugin-client/process.ts";
import { archiveEntries } from "../support/release/archive-entries.ts";

const folder = mkdtempSync(join(tmpdir(), "hikube-arm64-"));

beforeAll(() => {
  for (const { path, mode, content } of archiveEntries(
    readFileSync(join(releaseFolder, fileNames.archive("linux_arm64"))),
  )) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the executable for arm64 does the handshake and serves its schema with its C library", async () => {
  const emulator = join(
    debianPackage({ name: "qemu-user-static", architecture: "amd64" }),
    "usr",
    "bin",
    "qemu-aarch64-static",
  );
  const lib = join(folder, "lib");
  const command = [emulator, join(lib, "ld-linux-aarch64.so.1"), "--library-path", lib, join(lib, "hikube")];
  const plugin = await startPlugin(command, { identity: hostIdentity() });
  try {
    expect(plugin.handshake.line).toMatch(/^1\|6\|unix\|/);
    const connection = plugin.connect();
    const schema = await connection.call("GetProviderSchema", {});
    await connection.close();
    expect(Object.keys(schema["resource_schemas"] as object).sort()).toEqual([
      "hikube_addon",
      "hikube_cluster",
      "hikube_nodegroup",
    ]);
    expect((await plugin.shutdown()).code).toBe(0);
  } finally {
    plugin.process.kill("SIGKILL");
  }
});
