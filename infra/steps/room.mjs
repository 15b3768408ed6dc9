import { statfs } from 'node:fs/promises';
import { exists } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';

/** MB that a first start brings (tools, stack images, an Engine's copy of them), and that any other may write. */
const firstMb = 2048;
const againMb = 64;

/** A disk that fills up half way leaves parts that cannot even say why they failed. */
export async function requireRoom(copy) {
  const isFirst = !(await exists(copy.path('stacks.json')));
  const { bavail, bsize } = await statfs(copy.home);
  const freeMb = Math.floor((bavail * bsize) / 1024 ** 2);
  if (freeMb >= (isFirst ? firstMb : againMb)) return;
  throw new Problem({
    what: `Only ${freeMb} MB are free on the disk of ${copy.home}.`,
    why: isFirst ? 'A first start brings 2 GB of tools and images.' : '',
    fix: 'Make room there, or set BERTH_HOME to a folder on another disk.',
  });
}
