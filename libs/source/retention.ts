/** So many of an app's newest sources are kept, besides those in use: what can be deployed again at once. */
export const KEEP_SOURCES = 10;

export interface KeptSource {
  id: string;
  appId: string;
  createdAt: Date;
  inUse: boolean;
  /** Its app was deleted. */
  orphaned: boolean;
}

/**
 * Which stored sources may go: of each app, all but the `keep` newest and those in use; of a deleted app, all. Order of the answer: oldest first.
 */
export function sourcesToPrune(sources: readonly KeptSource[], keep = KEEP_SOURCES): KeptSource[] {
  const byApp = Map.groupBy(sources, ({ appId }) => appId);
  return [...byApp.values()]
    .flatMap((own) =>
      [...own]
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1))
        .filter(({ inUse, orphaned }, index) => orphaned || (index >= keep && !inUse)),
    )
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
