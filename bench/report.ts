import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '#bench/machine.js';
import { root } from '#bench/platform.js';
import { aimMet, ratioOf, type Figure } from '#bench/row.js';

export interface RowReport {
  name: string;
  title: string;
  how: string;
  figures: Figure[];
  /** Why there are none. */
  failed: string | null;
}

export interface Report {
  at: string;
  commit: string;
  machine: Machine;
  rows: RowReport[];
}

/** One row's table, as Markdown; readable in a terminal as it is. */
export function rowTable(row: RowReport): string {
  if (row.failed !== null) return `## ${row.title}\n\n${row.how}\n\nNot measured: ${row.failed}\n`;
  const head = ['', 'n', 'median', 'p99', 'min', 'max', 'baseline', 'ratio', 'aim', ''];
  const lines = row.figures.map((figure) => {
    const { value, unit, baseline } = figure;
    const ratio = ratioOf(figure);
    return [
      figure.what,
      String(value.n),
      `${number(value.median)} ${unit}`,
      number(value.p99),
      number(value.min),
      number(value.max),
      baseline === undefined ? '' : `${number(baseline.value.median)} (${baseline.what})`,
      ratio === null ? '' : ratio.toFixed(3),
      aimText(figure),
      figure.note ?? '',
    ];
  });
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...lines].map((line) => line[column]?.length ?? 0)),
  );
  const print = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return `## ${row.title}\n\n${row.how}\n\n${[print(head), rule, ...lines.map(print)].join('\n')}\n`;
}

/** Writes `<date>.json` and `<date>.md`; gives their names. */
export async function writeReport(report: Report): Promise<string[]> {
  const folder = join(root, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  const name = report.at.slice(0, 16).replaceAll(':', '').replace('T', '-');
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(folder, `${name}.md`), markdown(report));
  return [`bench/results/${name}.json`, `bench/results/${name}.md`];
}

function markdown(report: Report): string {
  const { machine } = report;
  const facts = [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    `${machine.system}, kernel ${machine.kernel}, ${machine.arch}`,
    `Node ${machine.node}, git ${machine.git}, ${Object.entries(machine.parts)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    `commit ${report.commit}`,
  ];
  return `# Benchmark of ${report.at.slice(0, 16).replace('T', ' ')} UTC\n\n${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${report.rows.map(rowTable).join('\n')}`;
}

function aimText(figure: Figure): string {
  const met = aimMet(figure);
  if (figure.aim === undefined || met === null) return '';
  const sign = figure.aim.is === 'at most' ? '≤' : '≥';
  const what = figure.aim.of === 'ratio' ? `ratio ${sign} ${figure.aim.than}` : `${sign} ${figure.aim.than}`;
  return `${what}: ${met ? 'met' : 'missed'}`;
}

function number(value: number): string {
  return value >= 100
    ? Math.round(value).toString()
    : value >= 10
      ? value.toFixed(1)
      : Number(value.toFixed(2)).toString();
}
