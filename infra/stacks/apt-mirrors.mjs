import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianMirror, securityMirror } from './debian-mirror.mjs';

const folder = 'apt-mirrors';
const inside = '/run/berth-apt';
const installs = /^RUN --mount=type=cache,id=berth-stacks-apt,/gm;

/**
 * A stack's Dockerfile with apt sent to the mirrors, best first: apt itself goes on with the next one when one fails. They are
 * mounted for the time of the installation and leave nothing in the image, whose tag does not depend on them.
 * @param {string} dockerfile
 * @param {(string | null)[]} mirrors null: what this host is set to
 * @param {string} context the build's folder, which gets the settings
 * @param {string} suite what the image is a Debian of
 */
export async function throughAptMirrors(dockerfile, mirrors, context, suite) {
  if (mirrors.length < 2) return dockerfile;
  const own = await debianMirror();
  const security = await Promise.all(mirrors.map((url) => securityMirror(suite, url)));
  const lists = [
    { name: 'mirrors.list', of: suite, urls: mirrors.map((url) => url ?? own).filter(Boolean) },
    { name: 'security.list', of: `${suite}-security`, urls: security.filter(Boolean) },
  ].filter(({ urls }) => urls.length > 0);
  const files = {
    ...Object.fromEntries(
      lists.map(({ name, urls }) => [name, urls.map((url, at) => `${url}\tpriority:${at + 1}\n`).join('')]),
    ),
    'sources.list': lists.map(({ name, of }) => `deb mirror+file:${inside}/${name} ${of} main\n`).join(''),
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
