import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { request } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Engine } from '../lib/engine.mjs';
import { removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { docker } from '../parts/docker.mjs';

/**
 * Takes one (static) program out of an image, so that it runs like every other part: on the host, under our
 * supervisor. Needs an Engine that answers already.
 * @param {import('../state.mjs').Copy} copy
 * @param {{ image: string, path: string, target: string }} what
 */
export async function programFromImage(copy, { image, path, target }) {
  const address = copy.state.parts.docker?.address ?? (await docker.find(copy)).address;
  const engine = address ? new Engine(address) : null;
  if (!engine || !(await engine.answers()))
    throw new Problem({ what: 'No Docker Engine answers yet to take it from.' });
  if (!(await engine.imageId(image))) await engine.pull(image, 300_000);
  const { Id } = await engine.call('POST', '/containers/create', {
    body: { Image: image, Labels: { 'berth.id': copy.id, 'berth.kind': 'tool' } },
  });
  const work = `${target}.${process.pid}.unpack`;
  try {
    await mkdir(work, { recursive: true });
    const tar = join(work, 'program.tar');
    await download(engine, `/containers/${Id}/archive?path=${encodeURIComponent(path)}`, tar);
    await run('tar', ['-xf', tar, '-C', work, '--no-same-owner']);
    await chmod(join(work, basename(path)), 0o755);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(work, basename(path)), target);
  } finally {
    await engine.call('DELETE', `/containers/${Id}?force=1`);
    await removeTree(work);
  }
}

function download(engine, path, file) {
  return new Promise((resolve, reject) => {
    request({ ...engine.target, path, agent: false }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`The Engine answered ${res.statusCode} to ${path}.`));
      else pipeline(res, createWriteStream(file)).then(resolve, reject);
    })
      .on('error', reject)
      .end();
  });
}
