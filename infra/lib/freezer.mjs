import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const base = '/sys/fs/cgroup';

/**
 * Lets a container go on that is to be stopped or removed: frozen, it would not hear of it. The runtime freezes by the
 * kernel's freezer where it can (libs/engine), of which the Engine does not know, else by the Engine's pause.
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} id
 */
export async function thaw(engine, id) {
  const container = await engine.call('GET', `/containers/${id}/json`).catch(() => null);
  if (container?.State.Paused) await engine.call('POST', `/containers/${id}/unpause`).catch(() => null);
  else if (container?.State.Pid > 0) await thawCgroup(container.State.Pid, id);
}

/** Both layouts: one tree, or one for each controller. Where there is no such file, there is nothing frozen by it. */
async function thawCgroup(pid, id) {
  const lines = (await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).split('\n');
  for (const line of lines) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    // The pid may be another's by now; the path names the container.
    if (!path?.includes(id)) continue;
    const write = (file, text) => writeFile(join(base, file), text, { flag: 'r+' }).catch(() => null);
    if (controllers.split(',').includes('freezer'))
      await write(join('freezer', path, 'freezer.state'), 'THAWED');
    if (controllers === '') {
      await write(join(path, 'cgroup.freeze'), '0');
      await write(join('unified', path, 'cgroup.freeze'), '0');
    }
  }
}
