import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { valueAt } from "../../../src/base/json-pointer.ts";
import { noLog } from "../../../src/base/log.ts";
import { provider, resource } from "../../../src/engine/define.ts";
import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services } from "../../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../../src/protocol/service/index.ts";
import { computed, optional } from "../../../src/schema/attribute.ts";
import { string } from "../../../src/schema/kind.ts";
import { type Connection, connect } from "../../support/plugin-client/connection.ts";
import { untilWaitedFor } from "../../support/provider/provider-on-sandbox.ts";
import { diagnosticsOf, dynamic, hasError, instanceOf, stateFrom } from "../../support/terraform-core/core-answers.ts";
import { configOf, impliedType, loadSchema, type SchemaMessage } from "../../support/terraform-core/core-schema.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** A provider whose clients are numbers, and whose reads wait until they are told to stop. */
async function startCounting(network: "tcp" | "unix") {
  const opened: string[] = [];
  const closed: string[] = [];
  const stopped: string[] = [];
  const thing = resource<string>()("acme_thing", {
    doc: "A thing.",
    schema: { id: computed(string, { doc: "Its id." }) },
    identity: { id: { kind: string, doc: "Its id." } },
    timeouts: { create: "1m", update: "1m", delete: "1m" },
    read: ({ client, signal, state }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          stopped.push(client);
          resolve(state);
        });
      }),
    apply: async () => ({ id: "x" }),
    remove: async () => {},
    identify: () => ({ id: "x" }),
    importState: () => ({ id: "x" }),
  });
  const service = providerService(
    provider<string>()({
      doc: "A provider.",
      schema: { name: optional(string, { doc: "A name." }) },
      resources: [thing],
      configure: async ({ name }) => {
        opened.push(name ?? "");
        return name ?? "";
      },
      close: async (client) => {
        closed.push(client);
      },
      explain: () => undefined,
    }),
    noLog,
  );
  const reattach = await serveReattach({
    protocolVersion: 6,
    network,
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["acme/acme"],
    onHostGone: (peer) => void service.forget(peer),
  });
  const { Addr } = JSON.parse(reattach.environment)["acme/acme"];
  const open = async (name: string): Promise<Connection> => {
    const connection = connect(network === "unix" ? `unix:${Addr.String}` : Addr.String);
    const schema = loadSchema((await connection.call("GetProviderSchema", {}))["provider"] as SchemaMessage);
    await connection.call("ConfigureProvider", { config: dynamic(configOf(schema, { name }), impliedType(schema)) });
    return connection;
  };
  return { opened, closed, stopped, open, stop: () => reattach.stop().then(() => service.close()) };
}

describe("debugged provider", () => {
  // Connections over a unix socket have no addresses that could tell them apart.
  test.each(["tcp", "unix"] as const)(
    "closes the client of a connection over %s that ends, and no other",
    async (network) => {
      const counting = await startCounting(network);
      try {
        const [first, second] = [await counting.open("first"), await counting.open("second")];
        expect(counting.opened).toEqual(["first", "second"]);
        await first.close();
        await until(() => counting.closed.length > 0);
        expect(counting.closed).toEqual(["first"]);
        expect(diagnosticsOf(await second.call("ValidateProviderConfig", {}))).toEqual([]);
        await second.close();
        await until(() => counting.closed.length > 1);
      } finally {
        await counting.stop();
      }
      expect(counting.closed).toEqual(["first", "second"]);
    },
  );

  test("cancels the work of a closed connection", async () => {
    const counting = await startCounting("tcp");
    try {
      const connection = await counting.open("only");
      const type = impliedType(
        loadSchema(
          ((await connection.call("GetProviderSchema", {}))["resource_schemas"] as Record<string, SchemaMessage>)[
            "acme_thing"
          ] as SchemaMessage,
        ),
      );
      const state = dynamic(Object.assign(Object.create(null), { id: "x" }), type);
      const read = connection.start("ReadResource", { type_name: "acme_thing", current_state: state });
      read.answer.catch(() => {});
      await connection.call("GetMetadata", {});
      await connection.close();
      await until(() => counting.stopped.length > 0 && counting.closed.length > 0);
    } finally {
      await counting.stop();
    }
  });
});

describe("StopProvider", () => {
  let served: Served;

  beforeAll(async () => {
    served = await startServed("1.6.2");
  });

  afterAll(() => served?.stop());

  test("ends a waiting apply with what was created so far; the provider keeps serving", async () => {
    const core = await served.core();
    const type = "hikube_cluster";
    const { wire, schema } = core.resources.get(type) ?? { wire: impliedType({}), schema: {} };
    served.sandbox.faults.lifecycle("slow", { neverFinishes: true });
    const config = core.config(type, { name: "slow", version: "1.34" });
    const plan = await core.plan(type, config);
    expect(plan.diagnostics).toEqual([]);
    await core.inProcess(async (connection) => {
      const apply = connection.call("ApplyResourceChange", {
        type_name: type,
        planned_state: dynamic(plan.planned, wire),
        config: dynamic(config, wire),
        planned_private: plan.private,
      });
      await untilWaitedFor(served.sandbox, "slow");
      expect(await connection.call("StopProvider", {})).toEqual({ Error: "" });
      // Nothing but the stop ends it.
      const answer = await apply;
      const diagnostics = diagnosticsOf(answer, schema);
      // Terraform fails the run by itself; an error of ours would taint the cluster.
      expect(hasError(diagnostics)).toBe(false);
      expect(diagnostics[0]?.summary).toBe("The operation was stopped");
      expect(stateFrom(answer["new_state"], wire)).toMatchObject({
        id: `${served.sandbox.namespace}/slow`,
        ready: false,
      });
      expect((answer["private"] as Uint8Array).length).toBeGreaterThan(0);
      expect(answer["new_identity"]).not.toBeNull();

      const read = await connection.call("ReadResource", {
        type_name: type,
        current_state: answer["new_state"],
        private: answer["private"],
      });
      expect(diagnosticsOf(read)).toEqual([]);
    });
  });

  // An error beside a new resource taints it: the next apply would destroy what is sound, and nothing else stands for it.
  test.each([
    ["hikube_nodegroup", { name: "web", min_replicas: 1 }, ["nodeGroups", "web"], "ready", true],
    ["hikube_addon", { name: "velero" }, ["addons", "velero", "enabled"], "status", "ready"],
  ] as const)(
    "ends the wait for a new %s with a warning, and the next apply goes on with it",
    async (type, named, place, shownBy, shown) => {
      const core = await served.core();
      const name = type.slice("hikube_".length);
      const cluster = core.config("hikube_cluster", { name, version: "1.34" });
      const made = await core.apply(await core.plan("hikube_cluster", cluster), cluster);
      served.sandbox.faults.lifecycle(name, { neverFinishes: true });
      const config = core.config(type, { cluster_id: made.instance?.state["id"], ...named });
      const plan = await core.plan(type, config);
      const { wire, schema } = core.resources.get(type) ?? { wire: impliedType({}), schema: {} };
      const since = served.sandbox.requests.length;
      const answer = await core.inProcess(async (connection) => {
        const apply = connection.call("ApplyResourceChange", {
          type_name: type,
          planned_state: dynamic(plan.planned, wire),
          config: dynamic(config, wire),
          planned_private: plan.private,
        });
        await until(() => valueAt(served.sandbox.stored("Kubernetes", name)?.values ?? null, place) !== undefined);
        await untilWaitedFor(served.sandbox, name, since);
        await connection.call("StopProvider", {});
        return await apply;
      });
      const diagnostics = diagnosticsOf(answer, schema);
      expect(diagnostics.map(({ severity, summary }) => [severity, summary])).toEqual([
        ["warning", "The operation was stopped"],
      ]);
      const state = stateFrom(answer["new_state"], wire);
      expect(state).toMatchObject(named);
      expect(state?.[shownBy]).not.toBe(shown);
      const instance = instanceOf(type, state, answer["private"], answer["new_identity"]);
      served.sandbox.faults.lifecycle(name, {});
      const writes = served.sandbox.writes;
      const again = await core.apply(await core.plan(type, config, instance), config);
      expect(again.diagnostics).toEqual([]);
      expect(again.instance?.state[shownBy]).toBe(shown);
      expect(served.sandbox.writes).toBe(writes);
    },
  );
});
