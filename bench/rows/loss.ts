import { Agent } from 'node:http';
import { benchApp } from '#bench/bench-app.js';
import type { Bench } from '#bench/bench.js';
import { restartPart } from '#bench/restart.js';
import type { Row } from '#bench/row.js';
import { askWho } from '#bench/who.js';

const clients = 8;
const sleepers = 10;
/** Restarted in turn, one after each redeploy. */
const berthsOwn = ['api', 'builder', 'runtime', 'activator'];

const sizes = {
  short: { requests: 10_000, redeploys: 4, cycles: 20 },
  long: { requests: 1_000_000, redeploys: 105, cycles: 1_000 },
};

function scaled(size: (typeof sizes)['long'], scale: number) {
  const share = (whole: number): number => Math.max(1, Math.round(whole * scale));
  return { requests: share(size.requests), redeploys: share(size.redeploys), cycles: share(size.cycles) };
}

class Tally {
  answered = 0;
  readonly lost: string[] = [];
  readonly wrong: string[] = [];

  /** One request: lost without a 200, wrong when another app answers. */
  async ask(bench: Bench, app: string, index: number, agent: Agent | false): Promise<void> {
    const method = index % 10 < 3 ? 'POST' : 'GET';
    try {
      const who = await askWho({ ...bench.edge(app), method, agent });
      this.answered += 1;
      if (who.app !== app) this.wrong.push(`${app} was answered by ${who.app}`);
    } catch (error) {
      this.lost.push(`${new Date().toISOString()} ${app} ${method}: ${String(error)}`);
    }
  }
}

export const row: Row = {
  name: 'loss',
  title: 'Requests lost to redeploys, sleep, wakes and restarts of Berth’s processes',
  how:
    `${clients} clients ask one app all the time while it is redeployed and ${berthsOwn.join(', ')} are restarted in turn as an upgrade restarts ` +
    `them; meanwhile ${sleepers} apps are put to sleep again and again (frozen, stopped) and are each woken by two requests at once. 30 % POST with ` +
    `a body. Short form: ${sizes.short.requests} requests at least, ${sizes.short.redeploys} redeploys, ${sizes.short.cycles} cycles of sleep; with --long ` +
    `${sizes.long.requests}, ${sizes.long.redeploys} and ${sizes.long.cycles}. Lost: no answer, or any status but 200. Wrong: another app’s answer.`,
  async run(bench) {
    const size = scaled(bench.long ? sizes.long : sizes.short, bench.scale);
    const busy = 'bench-loss';
    const repository = await bench.deploy(busy);
    const sleepy = Array.from({ length: sleepers }, (_, index) => `bench-loss-${index}`);
    for (const app of sleepy) {
      await bench.deploy(app);
      await bench.api.setSleep(app, { enabled: true, freezeAfterSeconds: 3_600, stopAfterSeconds: 7_200 });
    }
    const tally = new Tally();
    const done = { redeploys: 0, restarts: 0, cycles: 0 };
    let working = true;
    const agent = new Agent({ keepAlive: true });
    const load = Array.from({ length: clients }, async (_, client) => {
      for (let index = client; working || tally.answered + tally.lost.length < size.requests; index += 7)
        await tally.ask(bench, busy, index, agent);
    });
    const note = setInterval(() => {
      const { redeploys, restarts, cycles } = done;
      bench.note(
        `${tally.answered} answered, ${tally.lost.length} lost; ${redeploys} redeploys, ${restarts} restarts, ${cycles} cycles`,
      );
    }, 1_000);
    const redeploying = (async () => {
      while (done.redeploys < size.redeploys) {
        const version = bench.nextVersion();
        await repository.commit(benchApp(version), version);
        await repository.push(bench.platform, busy);
        done.redeploys += 1;
        const name = berthsOwn[done.restarts % berthsOwn.length] ?? 'api';
        await restartPart(bench.platform.env['BERTH_RUN_DIR'] ?? '', name);
        done.restarts += 1;
      }
    })();
    const sleeping = sleepy.map(async (app) => {
      while (done.cycles < size.cycles) {
        done.cycles += 1;
        await asleep(bench, app, done.cycles % 2 === 0 ? 'stopped' : 'frozen');
        await Promise.all([tally.ask(bench, app, 0, false), tally.ask(bench, app, 9, false)]);
      }
    });
    try {
      await Promise.all([redeploying, ...sleeping]);
    } finally {
      working = false;
      await Promise.all(load);
      clearInterval(note);
      agent.destroy();
    }
    const one = (value: number) => ({ n: 1, median: value, p99: value, min: value, max: value });
    const examples = [...tally.lost, ...tally.wrong].slice(0, 3).join('; ');
    const aim = { of: 'value', is: 'at most', than: 0 } as const;
    return [
      {
        what: 'requests lost',
        unit: 'requests',
        value: one(tally.lost.length),
        aim,
        note: `of ${tally.answered + tally.lost.length}; ${done.redeploys} redeploys, ${done.cycles} cycles of sleep, ${done.restarts} restarts${examples && `; ${examples}`}`,
      },
      { what: 'answers of a wrong app', unit: 'requests', value: one(tally.wrong.length), aim },
    ];
  },
};

/** Until the app sleeps; an api that is being restarted is asked again. */
async function asleep(bench: Bench, app: string, tier: 'frozen' | 'stopped'): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await bench.api.sleep(app, tier).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${app} did not fall asleep within two minutes.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
