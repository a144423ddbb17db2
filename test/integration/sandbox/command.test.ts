import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runSandbox } from "../../../src/cli/sandbox.ts";

function recorder() {
  const end = new AbortController();
  const said = { out: "", error: "" };
  const io = {
    out: (text: string) => {
      said.out += text;
    },
    error: (text: string) => {
      said.error += text;
    },
    signal: end.signal,
  };
  return { end, said, io };
}

test("sandbox command > serves until the signal, and prints how to use it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "hikube-command-"));
  const path = join(directory, "kubeconfig");
  const { end, said, io } = recorder();
  const ended = runSandbox(["--profile", "1.6.2", "--kubeconfig-out", path, "--namespace", "tenant-x"], io);
  while (!said.out.includes("Ctrl-C")) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(said.out).toContain(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path, "utf8")).toContain("namespace: tenant-x");
  end.abort();
  expect(await ended).toBe(0);
  await rm(directory, { recursive: true, force: true });
});

test.each([
  [["--profile", "2.0"], "Invalid profile 2.0"],
  [["--port", "x"], "Invalid port x"],
  [["--speed", "0"], "Invalid speed 0"],
  [["--quota", "cpu"], "Invalid quota: cpu must be a quantity above 0"],
  [["--quota", "cpus=4"], "Invalid quota: must be in the form cpu=…,memory=…"],
  [["--quota", "cpu=4,memory=lots"], "Invalid quota: memory must be a quantity above 0"],
  [["--nonsense"], "nonsense"],
])("sandbox command > refuses %j with the reason and the options", async (argv, text) => {
  const { said, io } = recorder();
  expect(await runSandbox(argv, io)).toBe(1);
  expect(said.error).toContain(text);
  expect(said.error).toContain("--state-dir");
});

test("sandbox command > prints the options on --help", async () => {
  const { said, io } = recorder();
  expect(await runSandbox(["--help"], io)).toBe(0);
  expect(said.out).toContain("--kubeconfig-out FILE");
});
