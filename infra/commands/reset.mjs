import { readdir, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { removeTree } from '../lib/files.mjs';
import { thaw } from '../lib/freezer.mjs';
import { Problem } from '../lib/problem.mjs';
import { findCopy, save } from '../state.mjs';
import { listContainers, shutdown } from './shutdown.mjs';
import { startLock } from './start.mjs';

/** What `--keep-caches` leaves: it took long to bring and holds nobody's data once `removeFromEngine` is through. */
const caches = [
  ...['tools', 'docker', 'stacks.json', 'stacks-made.json', 'stacks-edition.json'],
  ...['state.json', 'command.lock', 'run'],
];

/**
 * `npm run reset`: stops this copy and removes all that it ever made, after asking. `--yes` does not ask.
 * `--keep-caches` keeps programs, base images and the copy's identity (tests begin anew with it).
 */
export async function reset(args, ui) {
  const copy = await findCopy();
  if (!copy) {
    ui.line('There is no Berth here: nothing to remove.');
    return 0;
  }
  if (!args.includes('--yes') && !(await confirmed(copy))) {
    ui.line('Nothing was removed.');
    return 1;
  }
  const keepCaches = args.includes('--keep-caches');
  await startLock(copy, async () => {
    await shutdown(copy, ui, (engine) =>
      ui.step('Removing containers, networks, volumes, images', () =>
        removeFromEngine(engine, copy, keepCaches),
      ),
    );
    await ui.step('Removing the state directory', () =>
      keepCaches ? removeData(copy) : removeEverything(copy),
    );
  });
  ui.line(
    keepCaches ? 'The data is gone, the caches are kept.' : `${copy.home} is gone. "npm start" begins anew.`,
  );
  return 0;
}

async function confirmed(copy) {
  if (!process.stdin.isTTY) {
    throw new Problem({
      what: 'A reset removes every app, release and database of this Berth, and nobody is here to ask.',
      fix: 'Run it in a terminal, or say "npm run reset -- --yes".',
    });
  }
  const question = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await question.question(
    `This removes every app, volume, image, database and log of the Berth in ${copy.home}, for good.\nType its id, ${copy.id}, to go on: `,
  );
  question.close();
  return answer.trim() === copy.id;
}

async function removeEverything(copy) {
  await removeTree(copy.runDir);
  await removeTree(copy.home);
}

async function removeData(copy) {
  for (const name of await readdir(copy.home))
    if (!caches.includes(name)) await rm(copy.path(name), { recursive: true, force: true });
  delete copy.state.hello;
  delete copy.state.settings;
  copy.settings.externals = { docker: copy.settings.externals.docker, postgres: false, redis: false };
  await save(copy);
}

/** What carries our label goes; in an Engine of our own also the apps' images. Nothing else is touched. */
async function removeFromEngine(engine, copy, keepStacks) {
  const labelled = encodeURIComponent(JSON.stringify({ label: [`berth.id=${copy.id}`] }));
  const remove = (path) => engine.call('DELETE', path, { timeoutMs: 120_000 }).catch(unlessGone);
  for (const { Id } of await listContainers(engine, copy.id)) {
    await thaw(engine, Id);
    await remove(`/containers/${Id}?force=1&v=1`);
  }
  for (const { Id } of await engine.call('GET', `/networks?filters=${labelled}`))
    await remove(`/networks/${Id}`);
  // Those of apps: what an image declares went with its container.
  const { Volumes } = await engine.call('GET', `/volumes?filters=${labelled}`);
  for (const { Name } of Volumes ?? []) await remove(`/volumes/${Name}`);
  const own = copy.state.parts.docker.source === 'own';
  for (const image of await engine.call('GET', own ? '/images/json' : `/images/json?filters=${labelled}`)) {
    const isStack = (image.RepoTags ?? []).some((tag) => tag.startsWith('berth/'));
    if (!(keepStacks && isStack)) await remove(`/images/${image.Id}?force=1`);
  }
}

/** 404: it went by itself. 409: another image is built on it; its tags are gone, the Engine does the rest. */
function unlessGone(error) {
  if (error.status !== 404 && error.status !== 409) throw error;
}
