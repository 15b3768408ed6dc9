import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  inputs: ({ certificates }) => certificates,
  dockerfile: baseDockerfile,
  fill,
  /** What its FROM names: a bare Debian, made or pulled. */
  from: (copy) => debian(copy).tag,
  before: (copy, engine, note) => ensureRootFileSystem(engine, { ...debian(copy), home: copy.home, note }),
};

function debian(copy) {
  const name = `${pins.base.suite}-${hash(rootFileSystemInputs)}`;
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

async function fill(copy, folder, { certificates }) {
  for (const path of ['home/app', 'app']) await mkdir(join(folder, 'files', path), { recursive: true });
  if (certificates.length === 0) return;
  const trust = join(folder, 'certificates');
  await mkdir(trust, { recursive: true });
  for (const [i, text] of certificates.entries()) await writeFile(join(trust, `host-${i}.crt`), text);
  await writeFile(join(trust, 'host.pem'), certificates.join(''));
}
