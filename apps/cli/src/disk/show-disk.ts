import type { AppDisk, CollectionView, DiskApp, DiskItem } from '#libs/contracts/api/disk.js';
import type { Ui } from '../ui/ui.js';
import { safe } from '../ui/text.js';
import { memorySize, plural, size } from '../ui/units.js';

/** Prints what apps take, and which of their releases keep their image. */
export function showApps(ui: Ui, apps: (DiskApp & { team?: string })[]): void {
  const width = Math.max(4, ...apps.map(({ app }) => app.length));
  for (const { app, ownBytes, sharedBytes, volumeBytes, budgetBytes, keepReleases, releases } of apps) {
    const kept = releases.filter(({ kept }) => kept).length;
    ui.print(
      `${app.padEnd(width)}  ${size(ownBytes)} of ${memorySize(budgetBytes)} its own, ${size(sharedBytes)} shared; ` +
        (volumeBytes > 0 ? `${size(volumeBytes)} in volumes; ` : '') +
        `keeps ${kept} of ${plural(releases.length, 'image')} (newest ${keepReleases})`,
    );
  }
}

/** Prints what one app takes, release by release, each with what keeps it. */
export function showApp(ui: Ui, { app, remove }: AppDisk): void {
  if (app === null) return ui.print('Nothing of it takes disk yet.');
  showApps(ui, [app]);
  for (const { number, bytes, ownBytes, kept, why } of app.releases)
    ui.print(
      `  ${`v${number}`.padEnd(6)} ${size(bytes).padStart(9)}, ${size(ownBytes)} its own  ${kept ? '' : 'to go: '}${why}`,
    );
  showItems(ui, 'A collection would remove', remove);
}

/** Prints what goes, or went, and why. */
export function showItems(ui: Ui, title: string, items: readonly DiskItem[]): void {
  ui.print();
  ui.print(items.length === 0 ? `${title}: nothing` : `${title}:`);
  for (const { name, app, bytes, why } of items)
    ui.print(
      `  ${bytes === null ? '?' : size(bytes)}  ${safe(name)}${app === null ? '' : ` (${app})`}. ${why}`,
    );
}

/** Prints a platform's disk as an administrator sees it. */
export function showPlatformDisk(ui: Ui, { report, dryRun }: CollectionView): void {
  if (report === null) return;
  const { disk, areas, apps, remove, notes, freedBytes } = report;
  ui.facts([
    [
      'Disk',
      `${size(disk.freeBytes)} free of ${size(disk.totalBytes)}; builds need ${memorySize(disk.minFreeBytes)}`,
    ],
    ...areas.map(({ area, bytes, note }): [string, string] => [area, `${size(bytes)}. ${note}`]),
  ]);
  ui.print();
  showApps(ui, apps);
  showItems(ui, dryRun ? 'A collection would remove' : 'Removed', remove);
  if (!dryRun) ui.print(`Freed ${size(freedBytes)}.`);
  ui.print();
  for (const note of notes) ui.print(note);
}
