import { z } from 'zod';
import { jsonLines } from './streams.js';
import type { DockerClient } from './client.js';

/** What `/events` says of one thing that happened. */
export const dockerEvent = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
  timeNano: z.number(),
});

export type DockerEvent = z.infer<typeof dockerEvent>;

export function eventTime(event: DockerEvent): Date {
  return new Date(Math.floor(event.timeNano / 1e6));
}

/** The Engine keeps its last 256 events, so this comes at once; longer means that the clocks differ. */
const patienceMs = 500;

/**
 * When the network was attached and the process started, by the Engine's own record. The timeline tells the truth with
 * it; where the Engine cannot say (clock differs, record overrun) the dates are null.
 */
export async function startTimes(
  client: DockerClient,
  id: string,
  since: Date,
): Promise<{ attachedAt: Date | null; startedAt: Date | null }> {
  const times: { attachedAt: Date | null; startedAt: Date | null } = { attachedAt: null, startedAt: null };
  const query = {
    since: seconds(since.getTime() - 1),
    until: seconds(Date.now()),
    filters: JSON.stringify({ type: ['network', 'container'], event: ['connect', 'start'] }),
  };
  try {
    const stream = await client.stream('read its events', '/events', query, AbortSignal.timeout(patienceMs));
    for await (const raw of jsonLines(stream)) {
      const event = dockerEvent.parse(raw);
      if (event.Type === 'network' && event.Actor.Attributes?.container === id)
        times.attachedAt = eventTime(event);
      if (event.Type === 'container' && event.Actor.ID === id) times.startedAt = eventTime(event);
    }
  } catch {
    // Only the timeline's precision depends on it.
  }
  return times;
}

/** The Engine reads `seconds.nanoseconds`. */
function seconds(ms: number): string {
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000000`;
}
