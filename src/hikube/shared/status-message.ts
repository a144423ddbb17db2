/**
 * Returns the platform's status message while the object is not ready. After that the message only counts Helm releases and grows with
 * every write to the cluster; stored, it would appear as a change of every resource (design §4 rule 11).
 */
export const messageOf = (observed: { readonly status: string; readonly statusMessage: string }): string | undefined =>
  observed.status === "ready" || observed.statusMessage === "" ? undefined : observed.statusMessage;
