import { label, type EngineEvent } from '../port.js';
import type { DockerClient } from './client.js';
import { toEngineError } from './errors.js';
import { dockerEvent, eventTime, type DockerEvent } from './start-times.js';
import { jsonLines, watchIdle } from './streams.js';

const kinds: Record<string, EngineEvent['kind']> = {
  create: 'create',
  start: 'start',
  die: 'die',
  oom: 'oom',
  destroy: 'destroy',
};

/** Changes of the containers that carry `berth.id=<berthId>`; see the port for how it ends. */
export async function* followEvents(
  client: DockerClient,
  berthId: string,
  options: { signal: AbortSignal; idleMs: number; onOpen?: () => void },
): AsyncGenerator<EngineEvent> {
  const filters = { type: ['container'], label: [`${label.id}=${berthId}`], event: Object.keys(kinds) };
  const query = { filters: JSON.stringify(filters) };
  const stream = await client.stream('follow its events', '/events', query, options.signal);
  const watch = watchIdle(stream, options.idleMs);
  options.onOpen?.();
  try {
    for await (const raw of jsonLines(stream)) {
      watch.touch();
      yield toEvent(dockerEvent.parse(raw));
    }
    if (!options.signal.aborted && !watch.wentIdle())
      throw new Error('socket hang up: the event stream ended');
  } catch (error) {
    if (!options.signal.aborted && !watch.wentIdle()) throw toEngineError(error, 'follow its events');
  } finally {
    watch.stop();
    stream.destroy();
  }
}

function toEvent(event: DockerEvent): EngineEvent {
  return {
    kind: kinds[event.Action] ?? 'other',
    containerId: event.Actor.ID,
    // The Engine mixes labels with other attributes; ours are recognised by their prefix.
    labels: Object.fromEntries(
      Object.entries(event.Actor.Attributes ?? {}).filter(([key]) => key.startsWith('berth.')),
    ),
    at: eventTime(event),
  };
}
