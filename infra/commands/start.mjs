import { join } from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { Problem } from '../lib/problem.mjs';
import { interruptRuns } from '../lib/run.mjs';
import { parts } from '../parts/part.mjs';
import { services } from '../parts/services.mjs';
import { isUp } from '../records.mjs';
import { openCopy } from '../state.mjs';
import { createUi } from '../ui.mjs';
import { shutdown } from './shutdown.mjs';
import { bringEngine, bringParts, partsFacts } from '../steps/bring-parts.mjs';
import { allOrFirstError } from '../lib/wait.mjs';
import { bringDatabase } from '../steps/database.mjs';
import { platformAnswers } from '../steps/edge.mjs';
import { greet } from '../steps/greet.mjs';
import { helloApp } from '../steps/hello.mjs';
import { writeRegistries } from '../steps/registries.mjs';
import { ensureSupervisor, runAndWait } from '../steps/supervise.mjs';
import { firstAdmin } from '../steps/first-admin.mjs';
import { fingerprintOf } from '../steps/fingerprint.mjs';
import { installPackages } from '../steps/packages.mjs';
import { requireRoom } from '../steps/room.mjs';
import { requireRoot } from '../steps/root.mjs';
import { writeServiceEnv } from '../service-env.mjs';
import { ensureStacks } from '../stacks/stacks.mjs';
import { startStacks } from '../stacks/table.mjs';
import { build } from '../build.mjs';

/**
 * `npm start [-- --parts-only [--stacks]]`: everything comes up; what is up already is left alone. `--parts-only` leaves our own
 * services out, `--stacks` makes the stack images all the same.
 */
export async function start(args, ui) {
  requireRoot();
  const copy = await openCopy();
  await requireRoom(copy);
  return startLock(copy, async () => {
    const ran = await isUp(copy);
    const work = bringUp(copy, ui, {
      partsOnly: args.includes('--parts-only'),
      stacks: !args.includes('--parts-only') || args.includes('--stacks'),
    });
    try {
      await Promise.race([work, interruption(ui)]);
      return 0;
    } catch (error) {
      ui.close();
      // What this start began must not linger half done; what ran before it goes on.
      await Promise.race([work.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 3000))]);
      if (!ran && !error.platformIsUp) await shutdown(copy, createUi());
      throw error;
    }
  });
}

/** The story of a start. */
async function bringUp(copy, ui, { partsOnly, stacks }) {
  await ui.step('Packages from the lockfile', ({ note }) => installPackages(note));
  await partsFacts(copy, ui);
  await writeServiceEnv(copy);
  await ensureSupervisor(copy);

  const engine = bringEngine(copy, ui);
  const database = bringParts(copy, ui).then(() => bringSchema(copy, ui));
  const registries = engine.then(() => writeRegistries(copy));
  const images = engine.then(() => (stacks ? bringImages(copy, ui) : null));
  const code = partsOnly ? null : bringCode(ui);
  await allOrFirstError([engine, database, registries, images, code]);
  const env = await writeServiceEnv(copy);
  if (partsOnly) return partsAreUp(copy, ui);

  for (const service of services) copy.state.parts[service.name] = await service.prepare(copy);
  await runAndWait(copy, ui, services, await fingerprintOf(copy));
  await ui.step('Platform answers', () => platformAnswers(copy));
  const admin = await firstAdmin(copy, ui, env);
  const hello = await helloApp(copy, ui).catch((error) => {
    greet(copy, ui, { admin, hello: null });
    // The platform is whole; it stays up so that one can look into what the app's deployment says.
    throw Object.assign(error, { platformIsUp: true });
  });
  greet(copy, ui, { admin, hello });
}

async function bringSchema(copy, ui) {
  const env = await writeServiceEnv(copy);
  await ui.step('Database schema', () => bringDatabase(env.DATABASE_URL));
}

async function bringImages(copy, ui) {
  await ui.step('Stack images', ({ note }) => ensureStacks(copy, startStacks, note));
}

async function bringCode(ui) {
  await ui.step('Services and pages', ({ note }) => build({ note }));
}

function partsAreUp(copy, ui) {
  ui.line();
  ui.line(
    `The parts are up: ${parts.map((part) => part.title).join(', ')}. Their addresses are in ${copy.path('services.env')}.`,
  );
}

/** One start, stop or reset of a copy at a time; another is waited for so long. */
export function startLock(copy, work, waitMs = 0) {
  const busy = (holder) =>
    new Problem({
      what: `Another start, stop or reset of the Berth in ${copy.home} is under way${holder ? ` (pid ${holder.pid})` : ''}.`,
      fix: 'Wait until it has ended, or end it; then try again.',
    });
  return withLock(join(copy.home, 'command.lock'), { busy, waitMs }, work);
}

/** Rejects when the person presses ^C or somebody asks us to end. */
function interruption(ui) {
  return new Promise((_, reject) => {
    const interrupt = (signal) => {
      ui.interrupted = true;
      interruptRuns();
      reject(
        Object.assign(new Problem({ what: 'Interrupted: what this start had begun is stopped again.' }), {
          exitCode: signal === 'SIGINT' ? 130 : 143,
        }),
      );
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupt);
  });
}
