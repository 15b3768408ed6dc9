import { Agent } from 'node:http';
import { benchApp } from '#bench/bench-app.js';
import type { Row } from '#bench/row.js';
import { askWho } from '#bench/who.js';
import { summarize, type Summary } from '#bench/summary.js';

const redeploys = 20;
const clients = 8;
/** Between an answer and the client's next request; together some hundred requests per second, as a busy app has. */
const pauseMs = 20;

interface Tally {
  answered: number;
  lost: string[];
  /** Answers of another app, or of a release older than the one that was live when the request began. */
  wrong: string[];
  latencies: number[];
}

export const row: Row = {
  name: 'lost-requests',
  title: `Requests lost during ${redeploys} redeploys under load`,
  how:
    `${clients} clients ask one request after the other (30 % POST with a body) while ${redeploys} changed versions are pushed. Lost: no answer, or any ` +
    'status but 200. Wrong: another app’s answer, or an older version’s to a request that began after `git push` had said that the newer ' +
    'one is live.',
  async run(bench) {
    const app = 'bench-busy';
    const repository = await bench.deploy(app);
    const tally: Tally = { answered: 0, lost: [], wrong: [], latencies: [] };
    const versions: string[] = [];
    let live = -1;
    let stopped = false;
    const agent = new Agent({ keepAlive: true });
    const edge = bench.edge(app);

    const running = Array.from({ length: clients }, async (_, client) => {
      for (let index = client; !stopped; index += 7) {
        const liveThen = live;
        const begin = performance.now();
        const method = index % 10 < 3 ? 'POST' : 'GET';
        try {
          const who = await askWho({ ...edge, method, agent });
          tally.answered += 1;
          tally.latencies.push(performance.now() - begin);
          const version = versions.indexOf(who.version);
          if (who.app !== app || version < liveThen) tally.wrong.push(`${who.app} ${who.version}`);
        } catch (error) {
          tally.lost.push(`${method}: ${String(error)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    });
    for (let round = 0; round < redeploys; round += 1) {
      bench.note(
        `redeploy ${round + 1} of ${redeploys}; ${tally.answered} answered, ${tally.lost.length} lost`,
      );
      const version = bench.nextVersion();
      versions.push(version);
      await repository.commit(benchApp(version), version);
      await repository.push(bench.platform, app);
      live = versions.length - 1;
    }
    stopped = true;
    await Promise.all(running);
    agent.destroy();

    const count = (value: number): Summary => ({
      n: redeploys,
      median: value,
      p99: value,
      min: value,
      max: value,
    });
    const examples = [...tally.lost, ...tally.wrong].slice(0, 3).join('; ');
    return [
      {
        what: 'requests lost',
        unit: 'requests',
        value: count(tally.lost.length),
        aim: { of: 'value', is: 'at most', than: 0 },
        note: `of ${tally.answered + tally.lost.length}${examples === '' ? '' : `; ${examples}`}`,
      },
      {
        what: 'answers of a wrong app or an older release',
        unit: 'requests',
        value: count(tally.wrong.length),
        aim: { of: 'value', is: 'at most', than: 0 },
      },
      { what: 'latency meanwhile', unit: 'ms', value: summarize(tally.latencies) },
    ];
  },
};
