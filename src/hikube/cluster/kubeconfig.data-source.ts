import { dataSource } from "../../engine/define.ts";
import type { Session } from "../shared/session.ts";
import { kubeconfigSchema, readKubeconfig } from "./kubeconfig.ts";

export const kubeconfigData = dataSource<Session>()("hikube_kubeconfig", {
  doc:
    "The administrator's kubeconfig of a cluster, **stored in the state**: everyone who can read the state can administer the cluster. " +
    "Use the ephemeral resource `hikube_kubeconfig` with Terraform 1.10, OpenTofu 1.11 or newer.",
  schema: kubeconfigSchema,
  read: readKubeconfig,
});
