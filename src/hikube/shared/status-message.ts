/**
 * What the platform says while something is not ready. Once it is, the text only counts Helm releases, and grows with every
 * write of any resource of the cluster: kept, it would show as a change of all of them (design §4 rule 11).
 */
export const messageOf = (observed: { readonly status: string; readonly statusMessage: string }): string | undefined =>
  observed.status === "ready" || observed.statusMessage === "" ? undefined : observed.statusMessage;
