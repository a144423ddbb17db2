type Strings = Readonly<Record<string, string>>;

/**
 * Labels and annotations are owned key by key: what others set beside ours is no drift, and nothing to take away (design §4
 * rule 1). Answers `live` without the keys that the state does not have.
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
