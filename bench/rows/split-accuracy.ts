import { Agent } from 'node:http';
import { benchApp } from '#bench/bench-app.js';
import type { Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';
import { answerOf } from '#bench/who.js';

const percents = [1, 10, 33, 50];
/** Requests for each share and each way in: a hundred times any percent. */
const requests = 1_000;
const clients = 8;

/** What one request learned. */
interface Seen {
  release: number;
  /** The activator names how the app was found; Traefik alone does not. */
  direct: boolean;
}

export const row: Row = {
  name: 'split-accuracy',
  title: 'Sharing visitors out between two releases',
  how:
    `${clients} clients ask while the share of a second release is set to ${percents.join(', ')} percent one after the other, first through the activator, then ` +
    `straight from Traefik, ${requests.toLocaleString('en')} requests each; at the end it is promoted. Off: by how many of these requests the share was missed. Lost: no answer, or any ` +
    'status but 200, changes and promotion included.',
  async run(bench) {
    const app = 'bench-split';
    const repository = await bench.deploy(app);
    const first = (await bench.api.newestDeployment(app)).release?.number ?? 0;
    await repository.commit(benchApp(bench.nextVersion()), 'Second version');
    await repository.push(bench.platform, app);
    const second = (await bench.api.newestDeployment(app)).release?.number ?? 0;
    const lost: string[] = [];
    const visitors = new Visitors(bench.edge(app), lost);
    const off = { activator: [] as number[], direct: [] as number[] };
    for (const way of ['activator', 'direct'] as const) {
      visitors.way = way;
      for (const percent of percents) {
        bench.note(`${percent} % ${way}`);
        await bench.api.split(app, first, percent);
        // What was in force before goes on for the tenth of a second that a change takes.
        await visitors.until((seen) => Math.abs(shareOf(seen, way, first) - percent) <= 1);
        const seen = await visitors.send(requests);
        off[way].push((Math.abs(shareOf(seen, way, first) - percent) / 100) * requests);
      }
    }
    const promotion = bench.api.promote(app, first);
    await visitors.send(requests);
    await bench.live(app, await promotion);
    visitors.end();
    const total = visitors.sent;
    return [
      {
        what: 'off through the activator',
        unit: 'requests',
        value: summarize(off.activator),
        note: `v${second} and v${first}`,
      },
      { what: 'off straight from Traefik', unit: 'requests', value: summarize(off.direct) },
      {
        what: 'requests lost',
        unit: 'requests',
        value: summarize([lost.length]),
        aim: { of: 'value', is: 'at most', than: 0 },
        note: `of ${total}${lost.length === 0 ? '' : `; ${lost.slice(0, 3).join('; ')}`}`,
      },
    ];
  },
};

/** The percentage of those that came this way that got the release; NaN when none did. */
function shareOf(seen: Seen[], way: 'activator' | 'direct', release: number): number {
  const on = seen.filter((one) => one.direct === (way === 'direct'));
  return (on.filter((one) => one.release === release).length * 100) / on.length;
}

/** Clients that ask one request after the other over kept connections. */
class Visitors {
  sent = 0;
  /** What carries a `Forwarded` of its own is always led through the activator, however busy the app is. */
  way: 'activator' | 'direct' = 'activator';
  readonly #agent = new Agent({ keepAlive: true });

  readonly #edge: { port: number; host: string };
  readonly #lost: string[];

  constructor(edge: { port: number; host: string }, lost: string[]) {
    this.#edge = edge;
    this.#lost = lost;
  }

  /** So many requests. */
  async send(count: number): Promise<Seen[]> {
    const seen: Seen[] = [];
    let left = count;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (left-- > 0) {
          const one = await this.#one();
          if (one !== null) seen.push(one);
        }
      }),
    );
    return seen;
  }

  /** Sends hundreds of requests until one hundred is as wanted. */
  async until(wanted: (seen: Seen[]) => boolean): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!wanted(await this.send(100)))
      if (Date.now() > deadline) throw new Error('The edge does not do what the split asks for.');
  }

  end(): void {
    this.#agent.destroy();
  }

  async #one(): Promise<Seen | null> {
    this.sent += 1;
    try {
      return await this.#ask();
    } catch (error) {
      this.#lost.push(String(error));
      return null;
    }
  }

  async #ask(): Promise<Seen> {
    const { who, headers } = await answerOf({
      ...this.#edge,
      method: 'GET',
      agent: this.#agent,
      ...(this.way === 'activator' && { headers: { Forwarded: 'for=192.0.2.1' } }),
    });
    return { release: Number(who.release), direct: headers['berth-start'] === undefined };
  }
}
