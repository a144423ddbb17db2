import type { WriteContext } from "../objects/write-context.ts";
import { ApiStatus, unauthorized } from "../server/api-status.ts";
import { issueServer, type KeyPair } from "../server/authority.ts";
import { refuseDeepBody } from "../server/body-depth.ts";
import { type HttpAnswer, type HttpRequest, type HttpServer, startHttpServer } from "../server/http-server.ts";
import { forbiddenPath } from "../server/identity.ts";
import { clusterVersion } from "../server/version-answer.ts";
import type { ReadContext } from "../server/watch.ts";
import { answerTenant } from "./tenant-api.ts";

interface TenantClusterOptions {
  readonly name: string;
  readonly namespace: string;
  readonly authority: KeyPair;
  readonly port: number;
  readonly now: number;
  /** The current version of the API server. */
  readonly version: () => string;
  readonly world: WriteContext;
  readonly reads: ReadContext;
  readonly failed: (error: unknown) => void;
  /** Called before an answer is sent: what was answered is on disk. */
  readonly save: () => void;
}

/** The API server of one tenant cluster: its own port, its own authority, open to the admin kubeconfig. */
export async function startTenantCluster(options: TenantClusterOptions): Promise<HttpServer> {
  const release = `kubernetes-${options.name}`;
  const server = issueServer(options.authority, [`${release}.${options.namespace}.svc`, release], options.now);
  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    const { certificate } = request;
    if (request.headers["authorization"] !== undefined || certificate === "untrusted") throw unauthorized();
    if (/^\/(healthz|livez|readyz)$/.test(request.path)) {
      return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, text: "ok" };
    }
    if (/^\/version\/?$/.test(request.path)) return { status: 200, body: clusterVersion(options.version()) };
    const identity = { user: certificate?.commonName ?? "system:anonymous", role: "none" as const };
    const groups = certificate?.organizations ?? [];
    if (!isAdmin(groups)) throw forbiddenPath(identity, request.method.toLowerCase(), request.path);
    refuseDeepBody(request.body);
    const answer = await answerTenant(options, request, { user: identity.user, groups });
    options.save();
    return answer;
  };
  return await startHttpServer({
    certificate: server.certificate,
    privateKey: server.privateKey,
    clientAuthority: options.authority.certificate,
    port: options.port,
    handle,
    failed: (error) => {
      if (error instanceof ApiStatus) return { status: error.code, body: error.body };
      options.failed(error);
      return { status: 500, body: new ApiStatus(500, "InternalError", "Internal error occurred").body };
    },
  });
}

function isAdmin(groups: readonly string[]): boolean {
  return groups.includes("system:masters") || groups.includes("kubeadm:cluster-admins");
}
