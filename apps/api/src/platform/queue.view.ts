import type { PlatformView } from '#libs/contracts/api/platform.js';
import type { buildQueue } from '#libs/store/build-queue.js';

type Queue = Awaited<ReturnType<typeof buildQueue>>;
type View = PlatformView['queue']['builds'];

/** The line of builds: those in work by their start, those that wait by their place. */
export function queueViewOf({ building, waiting }: Queue): View {
  const place = ({ wait }: View['waiting'][number]): number => wait?.position ?? Number.MAX_SAFE_INTEGER;
  return {
    building: building.map((row) => ({ ...viewOf(row), wait: null })),
    waiting: waiting.map(viewOf).sort((a, b) => place(a) - place(b)),
  };
}

function viewOf(row: Queue['waiting'][number]): View['waiting'][number] {
  return {
    team: row.app.team.slug,
    app: row.app.name,
    deployment: row.number,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    wait: row.waiting as View['waiting'][number]['wait'],
  };
}
