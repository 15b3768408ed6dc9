import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as pins from '../pins.mjs';
import { ensureRootFileSystem, rootFileSystemInputs } from './root-file-system.mjs';
import { hash } from './hash.mjs';
import { environment } from './text.mjs';

/** Debian, this host's authorities, and the unprivileged user that apps run as. */
export const base = {
  name: 'base',
  on: null,
  byStart: true,
  version: pins.base.suite,
  holds: `Debian ${pins.base.suite}, the certificate authorities that this host trusts, user app (1000)`,
  inputs: ({ certificates, edition }) => (edition ? [certificates, edition] : certificates),
  dockerfile: baseDockerfile,
  fill,
  /** What its FROM names: a bare Debian, made or pulled. */
  from: (copy, { edition }) => debian(copy, edition).tag,
  before: async (copy, engine, note, { edition }) => {
    const wish = debian(copy, edition);
    await ensureRootFileSystem(engine, { ...wish, home: copy.home, note });
    await removeOtherEditions(copy.tools, basename(wish.tar));
  },
};

/** File systems of other editions: 130 MB each that nothing reads any more. */
async function removeOtherEditions(folder, kept) {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (/^debian-[\w-]+\.tar$/.test(name) && name !== kept) await rm(join(folder, name), { force: true });
}

/** A bare Debian of an edition is kept, so that a start makes the same one again. */
function debian(copy, edition) {
  const name = [pins.base.suite, hash(rootFileSystemInputs), edition].filter(Boolean).join('-');
  return { tag: `berth/debian:${name}`, tar: join(copy.tools, `debian-${name}.tar`) };
}

function baseDockerfile(from, { certificates, network }) {
  const trust =
    certificates.length > 0
      ? ['COPY certificates/ /usr/local/share/ca-certificates/', 'RUN ["update-ca-certificates"]']
      : [];
  return [
    `FROM ${from}`,
    ...trust,
    'COPY files/ /',
    'RUN ["useradd", "--uid", "1000", "--user-group", "--no-log-init", "--home-dir", "/home/app", "--shell", "/bin/sh", "app"]',
    'RUN ["chown", "1000:1000", "/home/app", "/app"]',
    `ENV ${environment({ LANG: 'C.UTF-8', ...network })}`,
    'CMD ["/bin/sh"]',
    '',
  ].join('\n');
}

async function fill(copy, folder, { certificates, edition }) {
  for (const path of ['home/app', 'app']) await mkdir(join(folder, 'files', path), { recursive: true });
  // Makes the layer another one for each edition: what is installed on top of it is then fetched anew, whatever Debian's own files say.
  if (edition) {
    await mkdir(join(folder, 'files/etc'), { recursive: true });
    await writeFile(join(folder, 'files/etc/berth-stack-edition'), `${edition}\n`);
  }
  if (certificates.length === 0) return;
  const trust = join(folder, 'certificates');
  await mkdir(trust, { recursive: true });
  for (const [i, text] of certificates.entries()) await writeFile(join(trust, `host-${i}.crt`), text);
  await writeFile(join(trust, 'host.pem'), certificates.join(''));
}
