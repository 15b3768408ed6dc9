import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { base } from '../pins.mjs';
import { debianMirror } from './root-file-system.mjs';

const folder = 'apt-mirrors';
const inside = '/run/berth-apt';
const installs = /^RUN --mount=type=cache,id=berth-stacks-apt,/gm;

/**
 * A stack's Dockerfile with apt sent to the mirrors, best first: apt itself goes on with the next one when one fails. They are
 * mounted for the time of the installation and leave nothing in the image, whose tag does not depend on them.
 * @param {string} dockerfile
 * @param {(string | null)[]} mirrors null: what this host is set to
 * @param {string} context the build's folder, which gets the settings
 */
export async function throughAptMirrors(dockerfile, mirrors, context) {
  if (mirrors.length < 2) return dockerfile;
  const own = await debianMirror();
  const urls = mirrors.map((url) => url ?? own).filter(Boolean);
  const files = {
    'mirrors.list': urls.map((url, at) => `${url}\tpriority:${at + 1}\n`).join(''),
    'sources.list': `deb mirror+file:${inside}/mirrors.list ${base.suite} main\n`,
    'apt.conf': `Dir::Etc::sourcelist "${inside}/sources.list";\nDir::Etc::sourceparts "-";\n`,
  };
  await mkdir(join(context, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(context, folder, name), text);
  return dockerfile.replace(
    installs,
    (begin) =>
      `ARG APT_CONFIG=${inside}/apt.conf\n${begin.replace('RUN ', `RUN --mount=type=bind,source=${folder},target=${inside} `)}`,
  );
}
