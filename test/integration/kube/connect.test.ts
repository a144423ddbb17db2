import { createServer } from "node:http";
import { type AddressInfo, connect as dial } from "node:net";
import { networkInterfaces } from "node:os";
import type { Dispatcher } from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import type { CommandResult } from "../../../src/kube/credentials/run-command.ts";
import { type ConnectOptions, connect } from "../../../src/kube/http/connect.ts";
import type { Connection } from "../../../src/kube/http/connection.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import {
  type ApiServer,
  answerAndClose,
  apiServer,
  clientIdentity,
  connectionTo,
  halfBody,
  json,
  reset,
  type Scripted,
  silence,
  statusAnswer,
  text,
} from "../../support/api-server.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const get: KubeRequest = { method: "GET", path: "/api/v1/things/x" };
const post: KubeRequest = { method: "POST", path: "/api/v1/things", body: { a: 1 } };

/** Waits are written down and over at once. */
function impatientClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now(),
    sleep: (ms, signal) => {
      waits.push(ms);
      return systemClock.sleep(0, signal);
    },
  };
}

async function serve(
  script: readonly Scripted[],
  changes: Partial<Connection> = {},
  options: Partial<ConnectOptions> = {},
  server?: Parameters<typeof apiServer>[1],
) {
  const api = await apiServer(script, server);
  closers.push(api.close);
  const clock = impatientClock();
  return { api, clock, client: client(api, changes, { clock, ...options }) };
}
function client(
  api: { url: string },
  changes: Partial<Connection> = {},
  options: Partial<ConnectOptions> = {},
): KubeClient {
  const made = connect(connectionTo(api, changes), {
    log: () => {},
    clock: systemClock,
    random: () => 0.5,
    ...options,
  });
  closers.push(made.close);
  return made;
}
const failure = (promise: Promise<unknown>): Promise<KubeError> =>
  promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => {
      if (error instanceof KubeError) return error;
      throw error;
    },
  );

describe("a request", () => {
  test("carries token, user agent, query and body, and answers the parsed object", async () => {
    const { api, client } = await serve([json(201, { kind: "Thing" })]);
    const body = [{ op: "add", path: "/a", value: "ü" }];
    const answer = await client.request({
      method: "PATCH",
      path: "/api/x",
      query: { fieldManager: "a b" },
      body,
      contentType: "application/json-patch+json",
    });
    expect(answer).toEqual({ kind: "Thing" });
    expect(api.requests[0]).toMatchObject({
      method: "PATCH",
      url: "/api/x?fieldManager=a+b",
      text: JSON.stringify(body),
    });
    expect(api.requests[0]?.headers).toMatchObject({
      authorization: "Bearer t0ken",
      "content-type": "application/json-patch+json",
      "user-agent": expect.stringMatching(/^terraform-provider-hikube\/\d/),
    });
  });

  test("goes below the path that the server's address has", async () => {
    const { api } = await serve([json(200, {})]);
    await client({ url: `${api.url}/k8s/clusters/c1` }).request(get);
    expect(api.requests[0]?.url).toBe("/k8s/clusters/c1/api/v1/things/x");
  });

  test("shows a client certificate where the server wants one", async () => {
    const { client } = await serve(
      [json(200, { ok: true })],
      { clientCertificate: { certificate: clientIdentity.certificate, key: clientIdentity.privateKey } },
      {},
      { requestCert: true },
    );
    expect(await client.request(get)).toEqual({ ok: true });
  });

  test("passes the server's warnings to the log", async () => {
    const lines: unknown[] = [];
    const { client } = await serve(
      [json(200, {}, { warning: '299 - "nodeGroups has no effect"' })],
      {},
      { log: (...line) => lines.push(line) },
    );
    await client.request(get);
    expect(lines).toContainEqual(["warn", "the API warns", { warning: "nodeGroups has no effect" }]);
  });
});

describe("a connection", () => {
  test("that the server has closed meanwhile is replaced, also for a write", async () => {
    const closed = Promise.withResolvers<void>();
    const { api, client } = await serve([answerAndClose(closed.resolve), json(201, { ok: true })]);
    await client.request(get);
    await closed.promise;
    expect(await client.request(post)).toEqual({ ok: true });
    expect(api.requests).toHaveLength(2);
  });

  test.runIf(
    Object.values(networkInterfaces())
      .flat()
      .some((address) => address?.address === "::1"),
  )("goes to an IPv6 address", async () => {
    const { api, client } = await serve([json(200, { ok: true })], {}, {}, { host: "::1" });
    expect(api.url).toContain("[::1]");
    expect(await client.request(get)).toEqual({ ok: true });
  });
});

describe("a read", () => {
  test.each([
    ["503", statusAnswer(503, "restarting", "ServiceUnavailable")],
    ["a reset connection", reset],
    ["truncated JSON", text(200, '{"kind":')],
    ["truncated JSON that is no success", text(404, '{"kind":"Sta')],
    ["a reset in the middle of the body", halfBody("reset")],
    ["a gateway's page", text(502, "<html>", "text/html")],
  ])("is repeated after %s", async (_name, fault) => {
    const { api, client, clock } = await serve([fault, fault, json(200, { ok: true })]);
    expect(await client.request(get)).toEqual({ ok: true });
    expect(api.requests).toHaveLength(3);
    expect(clock.waits).toEqual([150, 300]);
  });

  test("is given up after as many repetitions as configured", async () => {
    const { api, client } = await serve([statusAnswer(500, "etcd is unhappy")]);
    expect(await failure(client.request(get))).toMatchObject({
      code: "Unavailable",
      status: 500,
      message: "etcd is unhappy",
      ambiguous: false,
    });
    expect(api.requests).toHaveLength(4);
  });

  test("that finds nothing is not repeated", async () => {
    const { api, client } = await serve([statusAnswer(404, 'things "x" not found', "NotFound")]);
    expect(await failure(client.request(get))).toMatchObject({ code: "NotFound", reason: "NotFound" });
    expect(api.requests).toHaveLength(1);
  });

  test("waits as long as Retry-After says", async () => {
    const { client, clock } = await serve([
      json(429, { kind: "Status", message: "slow down" }, { "retry-after": "7" }),
      json(200, {}),
    ]);
    await client.request(get);
    expect(clock.waits).toContain(7_000);
  });
});

describe("a write", () => {
  test.each([
    ["503", statusAnswer(503, "restarting"), "Unavailable"],
    ["a reset connection", reset, "Network"],
    ["an unreadable answer", text(200, "<html>"), "Malformed"],
  ])("that ends in %s is not repeated, but said to be ambiguous", async (_name, fault, code) => {
    const { api, client } = await serve([fault]);
    expect(await failure(client.request(post))).toMatchObject({ code, ambiguous: true });
    expect(api.requests).toHaveLength(1);
  });

  test("that was certainly refused is not ambiguous", async () => {
    const { client } = await serve([
      statusAnswer(
        500,
        'failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io "kubernetes-x" already exists',
      ),
    ]);
    expect(await failure(client.request(post))).toMatchObject({ code: "AlreadyExists", ambiguous: false });
  });

  test("is repeated after 429", async () => {
    const { api, client } = await serve([statusAnswer(429, "slow down"), json(201, { ok: true })]);
    expect(await client.request(post)).toEqual({ ok: true });
    expect(api.requests).toHaveLength(2);
  });

  test("is repeated after a refused connection", async () => {
    const { api, clock } = await serve([json(200, {})]);
    await api.close();
    const error = await failure(client(api, {}, { clock }).request(post));
    expect(error).toMatchObject({ code: "Network", ambiguous: false });
    expect(error.message).toContain("refuses connections");
    expect(clock.waits).toHaveLength(3);
  });
});

describe("time", () => {
  test("an attempt without answer ends at its deadline", async () => {
    const { api } = await serve([silence]);
    const quick = client(api, { requestTimeoutMs: 50, maxRetries: 0 });
    expect(await failure(quick.request(get))).toMatchObject({ code: "Timeout", ambiguous: false });
    expect(await failure(quick.request(post))).toMatchObject({ code: "Timeout", ambiguous: true });
  });

  test("an answer that stops in its middle ends at the deadline and is asked for again", async () => {
    const { api } = await serve([halfBody("silence"), json(200, { ok: true })]);
    const patient = client(api, { requestTimeoutMs: 200, maxRetries: 1_000 });
    expect(await patient.request(get)).toEqual({ ok: true });
    expect(api.requests).toHaveLength(2);
  });

  test("an abort ends a request under way at once", async () => {
    const { api, client } = await serve([silence]);
    const controller = new AbortController();
    const failed = failure(client.request({ ...post, signal: controller.signal }));
    await expect.poll(() => api.requests).toHaveLength(1);
    controller.abort(new Error("stop"));
    expect(await failed).toMatchObject({
      code: "Aborted",
      ambiguous: true,
    });
  });

  test("an abort ends a back-off at once", async () => {
    const { api } = await serve([json(503, { kind: "Status", message: "later" }, { "retry-after": "60" })]);
    const controller = new AbortController();
    // A back-off without end, so that only the abort can end it.
    const sleep: Clock["sleep"] = (_ms, signal) => {
      setImmediate(() => controller.abort());
      return systemClock.sleep(3_600_000, signal);
    };
    const waiting = client(api, {}, { clock: { ...systemClock, sleep } });
    expect(await failure(waiting.request({ ...get, signal: controller.signal }))).toMatchObject({ code: "Aborted" });
    expect(api.requests).toHaveLength(1);
  });

  test("an aborted signal sends nothing", async () => {
    const { api, client } = await serve([json(200, {})]);
    expect(await failure(client.request({ ...get, signal: AbortSignal.abort() }))).toMatchObject({ code: "Aborted" });
    expect(api.requests).toHaveLength(0);
  });
});

describe("TLS", () => {
  test("an authority that is not known is refused, and not asked again", async () => {
    const { api, client } = await serve([json(200, {})], { ca: undefined });
    expect(await failure(client.request(get))).toMatchObject({
      code: "Tls",
      hint: expect.stringContaining("cluster_ca_certificate"),
    });
    expect(api.requests).toHaveLength(0);
  });

  test("another name is refused unless it is the expected one", async () => {
    const server = { dnsNames: ["kubernetes.internal"] };
    const { api, client: strict } = await serve([json(200, {})], {}, {}, server);
    expect(await failure(strict.request(get))).toMatchObject({
      code: "Tls",
      hint: expect.stringContaining("tls_server_name"),
    });
    expect(await client(api, { tlsServerName: "kubernetes.internal" }).request(get)).toEqual({});
  });

  test("another address is refused unless it is the expected one", async () => {
    const { api, client: strict } = await serve([json(200, {})], { tlsServerName: "10.1.2.3" });
    expect(await failure(strict.request(get))).toMatchObject({ code: "Tls" });
    expect(await client(api, { tlsServerName: "127.0.0.1" }).request(get)).toEqual({});
  });

  test("goes unchecked only where that was asked for", async () => {
    const { client } = await serve([json(200, { ok: 1 })], { ca: undefined, insecure: true });
    expect(await client.request(get)).toEqual({ ok: 1 });
  });
});

describe("a credential plugin", () => {
  const plugin = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "login",
    args: [],
    env: {},
    timeoutMs: 5_000,
  };
  const credential = (token: string): CommandResult => ({
    code: 0,
    stdout: JSON.stringify({ kind: "ExecCredential", apiVersion: plugin.apiVersion, status: { token } }),
    stderr: "",
  });

  test("is run once more when its token is refused, also for a write", async () => {
    let runs = 0;
    const run = async () => credential(`token-${++runs}`);
    const { api, client } = await serve(
      [statusAnswer(401, "Unauthorized", "Unauthorized"), json(201, { ok: true })],
      { credential: { kind: "exec", plugin } },
      { run },
    );
    expect(await client.request(post)).toEqual({ ok: true });
    expect(api.requests.map((request) => request.headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  test("is not run again and again when the server refuses each token", async () => {
    let runs = 0;
    const { api, client } = await serve(
      [statusAnswer(401, "Unauthorized", "Unauthorized")],
      { credential: { kind: "exec", plugin } },
      { run: async () => credential(`t${++runs}`) },
    );
    expect(await failure(client.request(get))).toMatchObject({ code: "Unauthorized" });
    expect([runs, api.requests.length]).toEqual([2, 2]);
  });

  test("may give a client certificate instead of a token", async () => {
    const status = { clientCertificateData: clientIdentity.certificate, clientKeyData: clientIdentity.privateKey };
    const run = async () => ({
      code: 0,
      stdout: JSON.stringify({ kind: "ExecCredential", apiVersion: plugin.apiVersion, status }),
      stderr: "",
    });
    const { api, client } = await serve(
      [json(200, { ok: true })],
      { credential: { kind: "exec", plugin } },
      { run },
      { requestCert: true },
    );
    expect(await client.request(get)).toEqual({ ok: true });
    expect(api.requests[0]?.headers.authorization).toBeUndefined();
  });

  test("that has not answered is the reported reason of a wait", async () => {
    let now = 0;
    let runs = 0;
    const clock: Clock = { now: () => now, sleep: async () => {} };
    const run = () => (++runs === 1 ? Promise.resolve(credential("t")) : new Promise<CommandResult>(() => {}));
    const { client } = await serve(
      [statusAnswer(503, "ServiceUnavailable", "restarting"), statusAnswer(401, "Unauthorized", "Unauthorized")],
      { credential: { kind: "exec", plugin } },
      { run, clock },
    );
    void client.request(get).catch(() => {});
    await expect.poll(() => runs).toBe(2);
    expect(client.failing()?.message).toContain("ServiceUnavailable");
    now = 2_900;
    expect(client.failing()).toMatchObject({
      message: "The credential plugin `login` has not answered for 2.9 s.",
      hint: expect.stringContaining("Log in once"),
    });
  });

  test("a refused token without plugin is refused for good", async () => {
    const { api, client } = await serve([statusAnswer(401, "Unauthorized", "Unauthorized")]);
    expect(await failure(client.request(get))).toMatchObject({ code: "Unauthorized", status: 401 });
    expect(api.requests).toHaveLength(1);
  });
});

test("a proxy is asked to CONNECT and sees no secrets", async () => {
  const { api } = await serve([json(200, { ok: true })]);
  const seen: string[] = [];
  const proxy = createServer();
  proxy.on("connect", (request, socket, head) => {
    seen.push(`${request.url} ${JSON.stringify(request.headers)}`);
    const [host, port] = (request.url ?? "").split(":");
    const upstream = dial(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const proxied: ApiServer["requests"][0] | unknown = await client(api, {
    proxy: { url: proxyUrl, origin: "`proxy_url`", explicit: true },
  }).request(get);
  expect(proxied).toEqual({ ok: true });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toContain(new URL(api.url).host);
  expect(seen[0]).not.toContain("t0ken");
});

describe("a refusal of a newly started API server", () => {
  const denied = statusAnswer(403, 'kuberneteses.apps.cozystack.io "x" is forbidden', "Forbidden");
  const good = json(200, { a: 1 });

  test.each<[string, KubeRequest, readonly Scripted[]]>([
    ["of what it allowed before", get, [good, denied, denied, good]],
    ["after it was out of reach", get, [statusAnswer(503, "down"), denied, denied, good]],
    ["of a write, which was certainly not carried out", post, [good, denied, good]],
  ])("%s is asked again", async (_, request, script) => {
    const { api, client } = await serve(script);
    for (let left = script[0] === good ? 2 : 1; left > 0; left--)
      expect(await client.request(request)).toEqual({ a: 1 });
    expect(api.requests).toHaveLength(script.length);
  });

  test("is final at once where a quota refuses", async () => {
    const full = statusAnswer(403, 'helmreleases "x" is forbidden: exceeded quota: tenant-quota', "Forbidden");
    const { api, client } = await serve([good, full]);
    await client.request(post);
    expect(await failure(client.request(post))).toMatchObject({ code: "Forbidden" });
    expect(api.requests).toHaveLength(2);
  });

  test("is final where no restart explains it, and when it lasts", async () => {
    const { api, client } = await serve([denied]);
    expect(await failure(client.request(get))).toMatchObject({ code: "Forbidden" });
    expect(api.requests).toHaveLength(1);
    let now = 0;
    const clock: Clock = {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    };
    const lasting = await serve([good, ...new Array<Scripted>(40).fill(denied)], {}, { clock });
    await lasting.client.request(get);
    expect(await failure(lasting.client.request(get))).toMatchObject({ code: "Forbidden" });
    const asked = lasting.api.requests.length;
    expect(now).toBeGreaterThan(10_000);
    expect(await failure(lasting.client.request(get))).toMatchObject({ code: "Forbidden" });
    expect(lasting.api.requests).toHaveLength(asked + 1);
  });
});

describe("what no network can cause", () => {
  const coded = (error: Error, code: string) => Object.assign(error, { code });
  const bugs: readonly Error[] = [
    new TypeError("x is not a function"),
    new RangeError("out of range"),
    coded(new TypeError("Invalid URL"), "ERR_INVALID_URL"),
    coded(new TypeError("not a string"), "ERR_INVALID_ARG_TYPE"),
    coded(new RangeError("too large"), "ERR_OUT_OF_RANGE"),
    coded(new Error("invalid header"), "UND_ERR_INVALID_ARG"),
    coded(new Error("returned nothing"), "UND_ERR_INVALID_RETURN_VALUE"),
    coded(new Error("not supported"), "UND_ERR_NOT_SUPPORTED"),
    coded(new Error("mismatch"), "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"),
    new Error("no code at all"),
  ];
  const throwing = (error: Error, asked: { times: number }): Partial<ConnectOptions> => ({
    dispatcherFactory: () =>
      ({
        request: () => {
          asked.times++;
          return Promise.reject(error);
        },
        destroy: () => Promise.resolve(),
      }) as unknown as Dispatcher,
  });

  test.each(bugs.map((error) => [error.message, error] as const))(
    "%s is thrown as it is, at once",
    async (_, error) => {
      for (const request of [get, post]) {
        const asked = { times: 0 };
        const thrown = await client({ url: "https://a" }, {}, throwing(error, asked))
          .request(request)
          .catch((caught: unknown) => caught);
        expect(thrown).toBe(error);
        expect(asked.times).toBe(1);
      }
    },
  );

  test.each(["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT", "UND_ERR_BODY_TIMEOUT"])(
    "%s is the network's, and a read is repeated",
    async (code) => {
      const asked = { times: 0 };
      const clock = impatientClock();
      const options = { clock, ...throwing(coded(new Error("broke"), code), asked) };
      expect(await failure(client({ url: "https://a" }, {}, options).request(get))).toMatchObject({ code: "Network" });
      expect(asked.times).toBe(4);
    },
  );

  test("an argument that the real library refuses is one of them", async () => {
    const { client } = await serve([json(200, {})], { headers: { "impersonate-user": "a\nb" } });
    await expect(client.request(get)).rejects.toMatchObject({ code: "UND_ERR_INVALID_ARG" });
  });
});

describe("a refusal names what the connection used", () => {
  const denied = statusAnswer(401, "Unauthorized", "Unauthorized");
  const nobody = statusAnswer(403, 'x is forbidden: User "system:anonymous" cannot get resource "x"', "Forbidden");
  const crd: KubeRequest = { method: "GET", path: "/apis/apps.cozystack.io/v1alpha1/namespaces/x/kuberneteses/y" };
  const certificate = { certificate: clientIdentity.certificate, key: clientIdentity.privateKey };
  const origins = { server: "`config_path`", credential: "HIKUBE_TOKEN" };

  test.each<[string, KubeRequest, Scripted, Partial<Connection>, string, RegExp]>([
    ["a token", get, denied, {}, "Login to Hikube failed", /rejected the token of HIKUBE_TOKEN \(401/],
    [
      "a token file",
      get,
      denied,
      { credential: { kind: "tokenFile", path: "/nowhere", token: "t" } },
      "Login to Hikube failed",
      /rejected the token/,
    ],
    [
      "a password",
      get,
      denied,
      { credential: { kind: "basic", username: "u", password: "p" } },
      "Login to Hikube failed",
      /rejected the user and password/,
    ],
    [
      "a certificate",
      get,
      denied,
      { credential: { kind: "none" }, clientCertificate: certificate },
      "Login to Hikube failed",
      /did not accept the client certificate/,
    ],
    [
      "nothing",
      get,
      denied,
      { credential: { kind: "none" } },
      "No credentials are configured",
      /`config_path`.*anonymous/,
    ],
    ["nothing", get, nobody, { credential: { kind: "none" } }, "No credentials are configured", /anonymous/],
    [
      "another API, asked for what runs",
      { method: "GET", path: "/apis/cozystack.io/v1alpha1/namespaces/t/workloadmonitors" },
      text(404, "404 page not found\n"),
      {},
      "Not the Hikube API",
      /does not serve this path/,
    ],
    ["another API", crd, text(404, "404 page not found\n"), {}, "Not the Hikube API", /apps\.cozystack\.io/],
    [
      "another API",
      crd,
      statusAnswer(404, "the server could not find the requested resource", "NotFound"),
      {},
      "Not the Hikube API",
      /does not serve this path/,
    ],
  ])("%s", async (_name, request, answer, changes, summary, message) => {
    const { client } = await serve([answer], { origins, ...changes });
    const error = await failure(client.request(request));
    expect(error).toMatchObject({ summary, message: expect.stringMatching(message), hint: expect.any(String) });
    expect(`${error.message} ${error.hint}`).not.toContain("t0ken");
  });

  test("a missing object is no advice about the API", async () => {
    const { client } = await serve([statusAnswer(404, 'kuberneteses "y" not found', "NotFound")]);
    expect(await failure(client.request(crd))).toMatchObject({ code: "NotFound", summary: undefined });
  });
});

describe("an HTTP proxy", () => {
  const refusing = async (status: number) => {
    const proxy = createServer();
    proxy.on("connect", (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    closers.push(async () => {
      proxy.close();
      proxy.closeAllConnections();
    });
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const changes = { proxy: { url, origin: "HTTPS_PROXY", explicit: false }, maxRetries: 0 };
    return failure(client({ url: "https://api.internal" }, changes).request(get));
  };

  test("that wants a login is named, and not asked again", async () => {
    expect(await refusing(407)).toMatchObject({ code: "Credential", message: expect.stringContaining("HTTPS_PROXY") });
  });

  test("that does not connect is named", async () => {
    const message = expect.stringMatching(/HTTPS_PROXY does not connect to https:\/\/api\.internal \(HTTP 503\)/);
    expect(await refusing(503)).toMatchObject({ code: "Network", message });
  });

  test("that is not there is named instead of the API", async () => {
    const changes = { proxy: { url: "http://127.0.0.1:1", origin: "`proxy_url`", explicit: true }, maxRetries: 0 };
    const error = await failure(client({ url: "https://api.internal" }, changes).request(get));
    expect(error.message).toBe("The proxy in `proxy_url` cannot be reached: it refuses connections.");
  });
});
