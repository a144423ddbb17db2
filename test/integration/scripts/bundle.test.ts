import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../../scripts/bundle.ts";
import { READ_KINDS } from "../../../src/kube/typed-clients.ts";

const root = join(import.meta.dirname, "../../..");
const grpcSource = join(root, "node_modules/@grpc/grpc-js/build/src");
const load = createRequire(import.meta.url);

describe("bundle", () => {
  let sources: readonly string[];
  let text: string;
  beforeAll(async () => {
    ({ sources, text } = await bundleProgram());
  });

  test("loads each module of the runtime by a name that stands in the call", () => {
    expect(text).toMatch(/\brequire\("http2"\)/);
    expect(text.match(/Dynamic require|typeof require|getBuiltinModule|createRequire/g)).toBe(null);
  });

  test("contains the server half of grpc-js and nothing else of it", () => {
    const grpc = sources.flatMap((path) => path.match(/@grpc\/grpc-js\/build\/src\/(.*)\.js$/)?.slice(1) ?? []);
    const server = ["server", "server-call", "server-credentials", "server-interceptors", "stream-decoder"];
    const values = ["constants", "environment", "error", "logging", "metadata", "tls-helpers"];
    // The server imports them for `bindAsync`, which is not used.
    const addresses = ["resolver", "subchannel-address", "uri-parser"];
    expect(grpc.sort()).toEqual([...server, ...values, ...addresses].sort());
  });

  test("contains no fetch, mocks, caches and interceptors of undici", () => {
    const undici = sources.flatMap((path) => path.match(/undici\/lib\/(.*)\.js$/)?.slice(1) ?? []);
    expect(undici).toEqual(
      expect.arrayContaining(["dispatcher/agent", "dispatcher/proxy-agent", "dispatcher/client-h1", "core/connect"]),
    );
    const unused = /^(?:mock|cache|interceptor|handler|web\/(?:fetch\/index|websocket|cache|eventsource|cookies))/;
    expect(undici.filter((name) => unused.test(name))).toEqual([]);
  });

  test("contains the models of client-node that the provider reads and no other", () => {
    const models = sources.flatMap((path) => path.match(/client-node\/dist\/gen\/models\/(\w+)\.js$/)?.slice(1) ?? []);
    expect(models).toEqual(expect.arrayContaining([...READ_KINDS, "V1Node", "V1NodeCondition", "V1Secret"]));
    expect(models).not.toContain("V1Pod");
    expect(models.length).toBeLessThan(40);
  });

  test("contains no package that only other parts of grpc-js and client-node need", () => {
    const packages = new Set(sources.flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []));
    expect([...packages].sort()).toEqual([
      "@grpc/grpc-js",
      "@kubernetes/client-node",
      "long",
      "protobufjs",
      "rfc4648",
      "undici",
      "yaml",
    ]);
  });

  test.each([
    [
      "channelz",
      "server.js",
      /channelz_1\.(\w+)/g,
      ["ChannelzTrace", "ChannelzCallTracker", "ChannelzChildrenTracker"],
    ],
    ["metrics", "server-interceptors.js", /orca_1\.(\w+)/g, ["GRPC_METRICS_HEADER"]],
  ])("stands in for %s with all that the server uses when it is off", (name, user, use, onlyWhenOn) => {
    const text = readFileSync(join(grpcSource, user), "utf8");
    const used = new Set([...text.matchAll(use)].flatMap(([, member]) => member ?? []));
    expect(used.size).toBeGreaterThan(1);
    const stub = load(join(root, "scripts/bundle", `grpc-no-${name}.cjs`)) as object;
    expect([...used].filter((member) => !onlyWhenOn.includes(member)).sort()).toEqual(Object.keys(stub).sort());
  });
});
