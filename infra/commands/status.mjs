import { descendants, isAlive, memoryOf } from '../lib/processes.mjs';
import { everything, isOwn } from '../parts/part.mjs';
import { RunRecords, askSupervisor } from '../records.mjs';
import { originOf } from '../settings.mjs';
import { findCopy } from '../state.mjs';
import { bytes, span } from '../ui.mjs';

/**
 * `npm run status [-- --json]`. For people the exit code is 0 when everything that should run is ready and 3 when not;
 * JSON says it in `ready`.
 */
export async function status(args, ui) {
  const copy = await findCopy();
  const report = copy ? await reportOf(copy) : null;
  if (args.includes('--json')) ui.line(JSON.stringify(report ?? { running: false, parts: [] }, null, 2));
  else if (report) print(report, ui);
  else ui.line('There is no Berth here yet. "npm start" makes one.');
  return report?.ready || args.includes('--json') ? 0 : 3;
}

/** @param {import('../state.mjs').Copy} copy */
export async function reportOf(copy) {
  const supervisor = await askSupervisor(copy, 'GET', '/status');
  const records = await RunRecords.open(copy);
  const platform = originOf(copy.settings, copy.settings.domain);
  const parts = everything
    .filter((part) => copy.state.parts[part.name])
    .map((part) =>
      partReport(copy, part, supervisor?.parts[part.name] ?? unsupervised(records.entry(part.name))),
    );
  if (supervisor) parts.push(supervisorReport(supervisor));
  const wanted = parts.filter((part) => part.state !== 'stopped');
  return {
    home: copy.home,
    id: copy.id,
    running: parts.some((part) => part.state !== 'stopped'),
    ready: supervisor !== null && wanted.every((part) => part.state === 'ready'),
    urls: {
      platform,
      api: `${platform}/v1`,
      docs: `${platform}/docs`,
      appsDomain: copy.settings.appsDomain,
      apps: originOf(copy.settings, `APP.${copy.settings.appsDomain}`),
      git: `${platform}/git/APP.git`,
    },
    memoryBytes: parts.reduce((sum, part) => sum + (part.memoryBytes ?? 0), 0),
    parts,
  };
}

/** With the supervisor gone its records still tell what it started. */
function unsupervised({ identity }) {
  return isAlive(identity) ? { state: 'unsupervised', pid: identity.pid, since: identity.since } : null;
}

function partReport(copy, part, live) {
  const found = copy.state.parts[part.name];
  const pids = live?.pid ? [...descendants([live.pid]), ...(part.helpers?.(copy) ?? [])] : [];
  return {
    name: part.name,
    title: part.title,
    source: isOwn(copy, part) ? 'own' : 'external',
    version: live?.version ?? found.version ?? null,
    state: live?.state ?? 'stopped',
    pid: live?.pid ?? null,
    address: found.address ?? addressOf(copy, part.name),
    memoryBytes: pids.length > 0 ? memoryOf(pids) : null,
    since: live?.pid ? live.since : null,
    restarts: live?.restarts ?? 0,
    error: live?.error ?? null,
  };
}

function supervisorReport(supervisor) {
  return {
    name: 'supervisor',
    title: 'Supervisor',
    source: 'own',
    version: supervisor.version,
    state: 'ready',
    pid: supervisor.pid,
    address: null,
    memoryBytes: memoryOf([supervisor.pid]),
    since: supervisor.since,
    restarts: 0,
    error: null,
  };
}

function addressOf(copy, name) {
  return copy.ports[name] ? `127.0.0.1:${copy.ports[name]}` : null;
}

function print(report, ui) {
  const now = Date.now();
  ui.line(
    `Berth ${report.id} in ${report.home}: ${report.running ? (report.ready ? 'ready' : 'not ready') : 'stopped'}`,
  );
  if (report.running) ui.line(`  ${report.urls.platform}   apps at ${report.urls.apps}`);
  ui.line();
  const rows = report.parts.map((part) => [
    part.title,
    part.version ?? '',
    part.source === 'external' ? `${part.state} (not ours)` : part.state,
    part.pid ? String(part.pid) : '',
    (part.address ?? '').replace('unix://', ''),
    part.memoryBytes ? bytes(part.memoryBytes) : '',
    part.since ? span(now - Date.parse(part.since)) : '',
    part.restarts > 0 ? `restarted ${part.restarts}x` : '',
  ]);
  for (const line of table([['PART', 'VERSION', 'STATE', 'PID', 'ADDRESS', 'MEMORY', 'UP', ''], ...rows]))
    ui.line(line);
  ui.line();
  if (report.running) ui.line(`${bytes(report.memoryBytes)} in all.`);
  if (report.parts.some((part) => part.state === 'unsupervised'))
    ui.line('The supervisor is gone; "npm start" brings another, which takes over what runs.');
  for (const part of report.parts.filter((one) => one.error && one.state !== 'ready'))
    ui.line(`${part.title}: ${part.error}`);
}

/** Rows as lines with columns of one width. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
