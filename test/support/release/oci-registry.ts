import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createAuthority, issueServer } from "../../../src/sandbox/server/authority.ts";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface OciRegistry {
  /** Host and port. */
  readonly address: string;
  /** The certificate that clients must trust, PEM. */
  readonly authority: string;
  stop(): Promise<void>;
}

/** Serves an image layout as a registry has it under one name: the reading half of the OCI Distribution Specification 1.1, over TLS. */
export async function startOciRegistry(folder: string, name: string): Promise<OciRegistry> {
  const { manifests } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
    readonly manifests: readonly Descriptor[];
  };
  const tags = new Map(
    manifests.flatMap((manifest) => {
      const tag = manifest.annotations?.["org.opencontainers.image.ref.name"];
      return tag === undefined ? [] : [[tag, manifest.digest] as const];
    }),
  );
  const authority = createAuthority("registry", Date.now());
  const { certificate, privateKey } = issueServer(authority, [], Date.now());
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    const answer = (status: number, type: string, body: Buffer, digest?: string) => {
      response.writeHead(status, {
        "content-type": type,
        "content-length": body.length,
        ...(digest && { "docker-content-digest": digest }),
      });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    const path = new URL(request.url ?? "/", "https://registry").pathname;
    if (path === "/v2/") return answer(200, "application/json", Buffer.from("{}"));
    if (path === `/v2/${name}/tags/list`)
      return answer(200, "application/json", Buffer.from(JSON.stringify({ name, tags: [...tags.keys()] })));
    const [, kind, reference = ""] = new RegExp(`^/v2/${name}/(manifests|blobs)/([\\w.:-]+)$`).exec(path) ?? [];
    const digest = tags.get(reference) ?? reference;
    const blob = join(folder, "blobs", ...digest.split(":", 2));
    if (kind === undefined || !digest.startsWith("sha256:") || !existsSync(blob))
      return answer(404, "application/json", Buffer.from('{"errors":[{"code":"NOT_FOUND"}]}'));
    const content = readFileSync(blob);
    const type =
      kind === "blobs" ? "application/octet-stream" : (JSON.parse(content.toString()) as Descriptor).mediaType;
    return answer(200, type, content, digest);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    authority: authority.certificate,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
