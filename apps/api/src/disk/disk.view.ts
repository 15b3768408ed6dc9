import {
  collectionStatuses,
  type AppDisk,
  type CollectionView,
  type DiskApp,
  type DiskItem,
  type DiskReport,
  type TeamDisk,
} from '#libs/contracts/api/disk.js';
import { reportOf, type Collection } from '#libs/store/collections.js';

type StoredApp = DiskReport['apps'][number];
type StoredItem = DiskReport['remove'][number];

/** For administrators: everything. `slugs`: of teams, by id. */
export function collectionViewOf(row: Collection, slugs: ReadonlyMap<string, string>): CollectionView {
  const report = reportOf(row);
  return {
    id: row.id,
    trigger: row.trigger,
    dryRun: row.dryRun,
    status: collectionStatuses.find((status) => status === row.status) ?? 'failed',
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    report: report && {
      ...report,
      apps: report.apps.map((app) => ({ ...appOf(app), team: slugs.get(app.teamId) ?? '' })),
      remove: report.remove.map(itemOf),
    },
  };
}

/** What a team may know of a look: its own apps and what goes with them. */
export function teamDiskOf(row: Collection, appIds: ReadonlySet<string>): TeamDisk {
  const report = reportOf(row);
  return {
    at: report?.at ?? row.createdAt.toISOString(),
    apps: (report?.apps ?? []).filter(({ appId }) => appIds.has(appId)).map(appOf),
    remove: itemsFor(row, report, appIds),
    notes: report?.notes ?? [],
  };
}

/** The same of one app; null before the first look that knows it. */
export function appDiskOf(row: Collection, appId: string): AppDisk {
  const { at, apps, remove } = teamDiskOf(row, new Set([appId]));
  return { at, app: apps[0] ?? null, remove };
}

/** What went already is no news: only a dry run says what is to go. */
function itemsFor(row: Collection, report: DiskReport | null, appIds: ReadonlySet<string>): DiskItem[] {
  if (!row.dryRun || report === null) return [];
  return report.remove.filter(({ appId }) => appId !== null && appIds.has(appId)).map(itemOf);
}

function appOf({
  app,
  settings,
  keepReleases,
  budgetBytes,
  ownBytes,
  sharedBytes,
  volumeBytes,
  releases,
}: StoredApp): DiskApp {
  return { app, settings, keepReleases, budgetBytes, ownBytes, sharedBytes, volumeBytes, releases };
}

function itemOf({ kind, name, app, bytes, why }: StoredItem): DiskItem {
  return { kind, name, app, bytes, why };
}
