import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt } from "../../scripts/ensure-built.ts";
import { goPlatform } from "../../scripts/go-platform.ts";
import { type ApiServer, apiServer, authority } from "../support/api-server.ts";
import { createWorkspace, findCli } from "../support/terraform/cli.ts";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { header } from "../support/terraform/test-bed.ts";
import { archiveName, checksumsName, version, writeReleaseFiles } from "./release-files.ts";

// The network mirror of docs/guides/air-gapped.md, with the files and the CLI configuration that the guide shows.

const guide = new URL("../../docs/guides/air-gapped.md", import.meta.url);
let folder: string;
let page: string;
let server: ApiServer;

beforeAll(async () => {
  ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "hikube-mirror-"));
  await writeReleaseFiles(folder, [goPlatform]);
  page = await readFile(guide, "utf8");
  const documents = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  const sums = await readFile(join(folder, checksumsName), "utf8");
  const [index = "", archives = ""] = documents.map((text) =>
    text.replaceAll("0.1.0", version).replaceAll("linux_amd64", goPlatform).replace("<sha256>", sums.slice(0, 64)),
  );
  const files = new Map<string, Buffer>([
    ["index.json", Buffer.from(index)],
    [`${version}.json`, Buffer.from(archives)],
    [archiveName(goPlatform), await readFile(join(folder, archiveName(goPlatform)))],
  ]);
  const serve: Parameters<typeof apiServer>[0][number] = (request, response) => {
    const [, host, path] = /^\/providers\/([\w.]+)\/hikube\/hikube\/(.*)$/.exec(request.url ?? "") ?? [];
    const content = host?.startsWith("registry.") ? files.get(path ?? "") : undefined;
    const type = path?.endsWith(".json") ? "application/json" : "application/zip";
    response.writeHead(content === undefined ? 404 : 200, { "content-type": type }).end(content);
  };
  server = await apiServer([serve]);
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

test("a network mirror with the files of the guide installs the provider", async () => {
  const [, block = ""] = /^```hcl\n(provider_installation \{\n {2}network_mirror .*?)^```$/ms.exec(page) ?? [];
  const workspace = await createWorkspace(
    findCli(),
    { TF_CLI_CONFIG_FILE: "mirror.tfrc", SSL_CERT_FILE: "authority.pem" },
    {
      "main.tf": header,
      "mirror.tfrc": block.replace("https://mirror.example.org", server.url),
      "authority.pem": authority.certificate,
    },
  );
  expectSuccess(await workspace.run("init"));
  expect(server.requests.map(({ url }) => url.split("/").at(-1))).toContain(archiveName(goPlatform));
  expect((await workspace.run("version")).stdout).toContain(`hikube/hikube v${version}`);
  await workspace.remove();
});
