import type { MetaView } from '#libs/contracts/api/meta.js';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { Failure } from '../../frame/failure.js';
import { ago, duration, memorySize, plural } from '../../ui/units.js';

export const status = command({
  name: 'status',
  group: 'Watch',
  summary: 'Is the platform well? Administrators see its parts and hosts',
  examples: [
    ['status', 'the platform in use'],
    ['status --url https://berth.example.org', 'another; signing in is not needed for the first lines'],
  ],
  async run(context) {
    const { ui, settings } = context;
    const started = performance.now();
    const meta = await context.apiAs(null).get<MetaView>('/v1/meta');
    const ms = Math.round(performance.now() - started);
    const session =
      settings.token === null ? null : await orNull(context.api.get<SessionView>('/v1/session'));
    const platform = session?.user.admin ? await orNull(context.api.get<PlatformView>('/v1/platform')) : null;
    ui.result(
      { url: settings.url, version: meta.version, answersInMs: ms, user: session?.user ?? null, platform },
      () => {
        ui.facts([
          ['Platform', `${settings.url}, Berth ${meta.version}`],
          ['Answers in', duration(ms)],
          ['Signed in as', session?.user.email ?? 'nobody'],
          ['Apps answer at', `NAME.${meta.urls.appsDomain}`],
          ['Documentation', meta.urls.docs],
        ]);
        if (platform) showPlatform(context, platform);
      },
    );
    const sick = platform?.parts.some(({ ok }) => !ok) || platform?.hosts.some(({ ok }) => !ok);
    return sick ? 'unreachable' : 'ok';
  },
});

/** What may be missing: without rights, or while a part is away, the rest is shown all the same. */
async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  return promise.catch((error: unknown) => {
    if (error instanceof Failure) return null;
    throw error;
  });
}

function showPlatform({ ui }: Context, { parts, hosts, queue, counts }: PlatformView): void {
  const mark = (ok: boolean): string => (ok ? ui.out.green('✓') : ui.out.red('✗'));
  ui.print();
  for (const { name, ok, version, detail } of parts)
    ui.print(`${mark(ok)} ${name.padEnd(12)} ${[version, detail].filter(Boolean).join(', ')}`);
  for (const { name, ok, engine, lastSeenAt, instances, networks } of hosts) {
    const running = Object.entries(instances).map(([state, count]) => `${count} ${state}`);
    const seen = ok ? '' : `, last seen ${lastSeenAt ? ago(lastSeenAt, new Date()) : 'never'}`;
    ui.print(
      `${mark(ok)} ${`host ${name}`.padEnd(12)} ${engine ? `${engine.name} ${engine.version}, kernel ${engine.kernel}, ${engine.cpus} CPUs, ${memorySize(engine.memoryBytes)}` : 'no engine yet'}${seen}`,
    );
    ui.print(`${' '.repeat(15)}instances: ${running.join(', ') || 'none'}; ${plural(networks, 'network')}`);
  }
  ui.print();
  ui.print(`Deployments: ${queue.queued} waiting, ${queue.building} building, ${queue.starting} starting`);
  ui.print(
    `${plural(counts.apps, 'app')} (${counts.liveApps} live), ${plural(counts.teams, 'team')}, ${plural(counts.users, 'user')}`,
  );
}
