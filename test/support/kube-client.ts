import { type Clock, systemClock } from "../../src/base/clock.ts";
import { noLog } from "../../src/base/log.ts";
import { resolveConnection } from "../../src/kube/config/kubeconfig.ts";
import { connect } from "../../src/kube/http/connect.ts";
import type { ConnectionSettings } from "../../src/kube/http/connection.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";

// The layers below `tenancy.ts`, `provider-on-sandbox.ts` and `terraform/test-bed.ts`: a clock, a sandbox, a connection to it.

/** A client of a Kubernetes API without environment variables, log or retries in other than real time. */
export const openClient = async (settings: ConnectionSettings, clock: Clock = systemClock): Promise<KubeClient> =>
  connect(await resolveConnection(settings, {}), { clock, log: noLog, random: Math.random });
