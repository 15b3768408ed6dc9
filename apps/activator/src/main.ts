import { startActivator } from '#apps/activator/src/activator.js';
import { defaultLimits } from '#apps/activator/src/limits.js';
import { KeptSockets } from '#libs/config/kept-sockets.js';
import { readSettings } from '#apps/activator/src/settings.js';

/** How long requests and tunnels that are open may go on after SIGTERM. A second signal ends them at once. */
const drainMs = Number(process.env['BERTH_ACTIVATOR_DRAIN_S'] ?? 300) * 1_000;

function log(level: 'info' | 'error', message: string, facts: Record<string, unknown> = {}): void {
  process.stdout.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, part: 'activator', message, ...facts })}\n`,
  );
}

async function main(): Promise<void> {
  const warn = (message: string) => log('info', message);
  const activator = await startActivator(readSettings(process.env), defaultLimits, warn, KeptSockets.own());
  log('info', 'listening', { port: activator.port, pid: process.pid, ...activator.edge.version });

  const ends: NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
  let ending = false;
  for (const signal of ends) {
    process.on(signal, () => {
      if (ending) process.exit(0);
      ending = true;
      log('info', 'draining', { signal });
      void activator.drain(drainMs).then(() => {
        log('info', 'drained');
        process.exit(0);
      });
    });
  }
}

// One visitor's broken connection must never end everybody's: say what happened and go on.
process.on('uncaughtException', (error) => log('error', 'uncaught', { error: error.stack ?? String(error) }));
process.on('unhandledRejection', (error) => log('error', 'unhandled', { error: String(error) }));

main().catch((error: unknown) => {
  log('error', 'cannot start', { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
