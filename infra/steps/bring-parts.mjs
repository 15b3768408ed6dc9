import { bindProblem } from '../lib/net.mjs';
import { chooseNetworks, holdPool } from '../lib/links.mjs';
import { isAlive } from '../lib/processes.mjs';
import { which } from '../lib/run.mjs';
import { allOrFirstError } from '../lib/wait.mjs';
import { checkEdge } from '../parts/traefik.mjs';
import { parts } from '../parts/part.mjs';
import { RunRecords } from '../records.mjs';
import { movePort, save } from '../state.mjs';
import { installDebian } from './debian.mjs';
import { stackTools } from '../stacks/tools.mjs';
import { runAndWait } from './supervise.mjs';

/** Finds what is there, installs what Debian has to give, and settles networks and ports. Starts nothing. */
export async function partsFacts(copy, ui) {
  const found = new Map();
  for (const part of parts) found.set(part.name, await part.find(copy));
  await checkPorts(copy);
  // Only now do they hold: a start that was refused must not change what "status" reports.
  copy.state.settings = copy.settings;
  const all = [...found.values()];
  const needed = [...all.flatMap((one) => one.needed ?? []), ...((await which('git')) ? [] : ['git'])];
  const optional = [...all.flatMap((one) => one.optional ?? []), ...(await stackTools())];
  if (needed.length + optional.length > 0) {
    await ui.step('Debian packages', async ({ note }) => {
      const installed = await installDebian({ needed, optional, note });
      return installed.join(', ');
    });
  }
  await chooseNetworks(copy);
  await holdPool(copy.state.pool);
  const docker = parts[0];
  copy.state.parts.docker = await docker.prepare(copy, found.get('docker'), () => {});
  copy.found = found;
  await save(copy);
}

/** Starts the Engine, which images and everything taken out of an image wait for. */
export async function bringEngine(copy, ui) {
  await runAndWait(copy, ui, [parts[0]]);
}

/** Prepares and starts the other parts, all at once. */
export async function bringParts(copy, ui) {
  await allOrFirstError(parts.slice(1).map((part) => bringPart(copy, ui, part)));
}

async function bringPart(copy, ui, part) {
  const find = async (note) => {
    copy.state.parts[part.name] = await part.prepare(copy, copy.found.get(part.name), note);
    await save(copy);
    const { version, source } = copy.state.parts[part.name];
    return source === 'external' ? 'not ours' : (version ?? '');
  };
  if (await runs(copy, part.name)) await find(() => {});
  else await ui.step(`${part.title}: finding it`, ({ note }) => find(note), { quietMs: 1000 });
  await runAndWait(copy, ui, [part]);
}

async function runs(copy, name) {
  return isAlive((await RunRecords.open(copy)).entry(name).identity);
}

/** Our internal ports may have been taken while we were down: move. The visitors' port is a promise: complain. */
async function checkPorts(copy) {
  for (const name of Object.keys(copy.ports)) {
    if (!(await runs(copy, name)) && (await bindProblem(copy.ports[name])) !== null)
      await movePort(copy, name);
  }
  const address = `${copy.settings.bind}:${copy.settings.port}`;
  const holdsIt = (await runs(copy, 'traefik')) && copy.state.parts.traefik?.address === address;
  if (!holdsIt) await checkEdge(copy);
}
