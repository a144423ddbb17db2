import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Hikube } from "../../core/hikube.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import type { Unknown } from "../../values/value.ts";
import type { PlanRegistry } from "./plan-registry.ts";
import type { ToldFailures } from "./told-failures.ts";

export type Keys = Readonly<Record<string, string>>;

/** Labels and annotations of the provider block, for all clusters; unknown if the plan does not know one of them. */
export interface DefaultKeys {
  readonly labels: Keys | Unknown;
  readonly annotations: Keys | Unknown;
}

/** State shared by the resources of one configured provider. */
export interface Session {
  readonly hikube: Hikube;
  /** The underlying connection, closed at the end of the session. */
  readonly connection: KubeClient;
  readonly namespace: string;
  readonly defaults: DefaultKeys;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: PlanRegistry;
  readonly told: ToldFailures;
}
