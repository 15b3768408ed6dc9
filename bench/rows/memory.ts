import { statusOf } from '#bench/platform.js';
import type { Figure, Row } from '#bench/row.js';
import { descendants, field, isInContainer } from '#bench/processes.js';
import { summarize } from '#bench/summary.js';

const restSeconds = 30;
const samples = 5;

export const row: Row = {
  name: 'memory',
  title: 'Memory of all of Berth’s own processes and parts at rest',
  how:
    `After ${restSeconds} s without work, ${samples} samples a second apart: every process that Berth started, with its children, without the ` +
    'apps’ containers. Pss shares pages that several processes use; Rss counts them for each.',
  async run(bench) {
    bench.note(`resting for ${restSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, restSeconds * 1_000));
    const { parts } = await statusOf(bench.platform.home);
    const own = parts.filter((part) => part.pid !== null);
    const series = new Map(own.map((part) => [part.name, { pss: [] as number[], rss: [] as number[] }]));
    const total = { pss: [] as number[], rss: [] as number[] };
    for (let sample = 0; sample < samples; sample += 1) {
      const sum = { pss: 0, rss: 0 };
      const counted = new Set<number>();
      for (const part of own) {
        const pids = descendants(part.pid ?? 0).filter((pid) => !counted.has(pid) && !isInContainer(pid));
        const memory = { pss: 0, rss: 0 };
        for (const pid of pids) {
          counted.add(pid);
          memory.pss += field(pid, 'smaps_rollup', 'Pss');
          memory.rss += field(pid, 'status', 'VmRSS');
        }
        series.get(part.name)?.pss.push(memory.pss);
        series.get(part.name)?.rss.push(memory.rss);
        sum.pss += memory.pss;
        sum.rss += memory.rss;
      }
      total.pss.push(sum.pss);
      total.rss.push(sum.rss);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    const external = parts.filter((part) => part.source === 'external').map((part) => part.name);
    const note = external.length === 0 ? undefined : `Not counted, because not ours: ${external.join(', ')}.`;
    const figures: Figure[] = [
      {
        what: 'all, Pss',
        unit: 'MiB',
        value: summarize(total.pss),
        aim: { of: 'value', is: 'at most', than: 700 },
        note,
      },
      { what: 'all, Rss', unit: 'MiB', value: summarize(total.rss) },
    ];
    for (const [name, { pss, rss }] of series) {
      figures.push({
        what: `… ${name}`,
        unit: 'MiB',
        value: summarize(pss),
        note: `Rss ${Math.round(summarize(rss).median)} MiB`,
      });
    }
    return figures;
  },
};
