import { ephemeralResource } from "../../engine/define.ts";
import type { Session } from "../shared/session.ts";
import { kubeconfigSchema, readKubeconfig } from "./kubeconfig.ts";

export const ephemeralKubeconfig = ephemeralResource<Session>()("hikube_kubeconfig", {
  doc:
    "The administrator's kubeconfig of a cluster, for the configuration of other providers. It is stored neither in the state nor in " +
    "the plan. The client certificate is valid for a year; nothing is issued, so nothing is renewed or revoked.",
  schema: kubeconfigSchema,
  open: async (context) => ({ result: await readKubeconfig(context) }),
});
