import type { MirrorList, MirrorView } from '#libs/contracts/api/mirrors.js';
import { HOST_DEFAULT } from '#libs/core/mirrors.js';
import type { Ui } from './ui.js';
import { duration } from './units.js';

type Row = MirrorView & { kind: string };

/** Mirrors as a table, each kind's in the order in which builds try them. */
export function listMirrors(ui: Ui, lists: readonly MirrorList[]): void {
  if (ui.json) return ui.document(lists);
  const rows = lists.flatMap(({ kind, mirrors }) => mirrors.map((mirror): Row => ({ kind, ...mirror })));
  ui.list(
    rows,
    [
      { title: 'KIND', cell: ({ kind }) => kind },
      { title: 'MIRROR', cell: place },
      { title: 'STANDING', cell: standing },
      { title: 'ANSWERS', cell: ({ checks, checksOk }) => (checks === 0 ? '–' : `${checksOk} of ${checks}`) },
      { title: 'BUILDS', cell: ({ served, failed }) => `${served} served, ${failed} failed` },
      { title: 'LAST ERROR', cell: ({ error }) => error ?? '' },
    ],
    'There are no mirrors.',
  );
}

function place({ name, url }: Row): string {
  if (name !== HOST_DEFAULT) return name;
  return url === null ? 'default (the tools’ own)' : `default: ${url}`;
}

function standing({ standing: how, ok, latencyMs }: Row): string {
  if (ok === null) return how === 'good' ? 'not asked' : how;
  return latencyMs === null ? how : `${how}, ${duration(latencyMs)}`;
}
