import { createInterface } from 'node:readline/promises';
import { Engine } from '../lib/engine.mjs';
import { removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { findCopy } from '../state.mjs';
import { listContainers, shutdown } from './shutdown.mjs';
import { startLock } from './start.mjs';

/** `npm run reset`: stops this copy and removes all that it ever made, after asking. */
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
  await startLock(copy, async () => {
    const outside = copy.state.parts.docker?.source === 'external' ? copy.state.parts.docker.address : null;
    await shutdown(copy, ui);
    if (outside)
      await ui.step('Removing containers and networks', () => removeFromEngine(new Engine(outside), copy.id));
    await ui.step('Removing the state directory', async () => {
      await removeTree(copy.runDir);
      await removeTree(copy.home);
    });
  });
  ui.line(`${copy.home} is gone. "npm start" begins anew.`);
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
    `This removes every app, image, database and log of the Berth in ${copy.home}, for good.\nType its id, ${copy.id}, to go on: `,
  );
  question.close();
  return answer.trim() === copy.id;
}

/** In an Engine that is not ours only what carries our label goes. */
async function removeFromEngine(engine, id) {
  if (!(await engine.answers())) return 'the Engine does not answer; its containers stay';
  for (const { Id } of await listContainers(engine, id))
    await engine.call('DELETE', `/containers/${Id}?force=1&v=1`);
  const filters = encodeURIComponent(JSON.stringify({ label: [`berth.id=${id}`] }));
  for (const { Id } of await engine.call('GET', `/networks?filters=${filters}`))
    await engine.call('DELETE', `/networks/${Id}`);
  for (const { Id } of await engine.call('GET', `/images/json?filters=${filters}`))
    await engine.call('DELETE', `/images/${Id}?force=1`).catch(() => null);
  return '';
}
