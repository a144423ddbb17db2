type Strings = Readonly<Record<string, string>>;

/**
 * Labels and annotations are managed key by key: keys of other writers are neither drift nor removed (design §4 rule 1). Returns `live`
 * without the keys that the state does not have.
 */
export const withOwnKeys = <L extends { readonly labels: Strings; readonly annotations: Strings }>(
  live: L,
  state: { readonly labels: Strings | null; readonly annotations: Strings | null },
): L => ({
  ...live,
  labels: among(live.labels, state.labels),
  annotations: among(live.annotations, state.annotations),
});

const among = (live: Strings, own: Strings | null): Strings =>
  Object.fromEntries(Object.entries(live).filter(([key]) => own !== null && Object.hasOwn(own, key)));
