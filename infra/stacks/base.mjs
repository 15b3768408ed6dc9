import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suites } from '../pins.mjs';
import { ensureRootFileSystem, rootFileSystemInputs } from './root-file-system.mjs';
import { hash } from './hash.mjs';
import { environment } from './text.mjs';

const [usual, ...others] = suites;

/** Debian, this host's authorities, and the unprivileged user that apps run as. */
export const base = { ...baseOf(usual), byStart: true };
/** The same of other suites: `base-bookworm`. */
export const otherBases = others.map(baseOf);

/** Name of the stack with the base of a suite. */
export function baseName(suite) {
  return suite === usual ? 'base' : `base-${suite}`;
}

function baseOf(suite) {
  return {
    name: baseName(suite),
    on: null,
    suite,
    version: suite,
    holds: `Debian ${suite}, the certificate authorities that this host trusts, user app (1000)`,
    inputs: ({ certificates, edition }) => (edition ? [certificates, edition] : certificates),
    dockerfile: baseDockerfile,
    fill,
    /** What its FROM names: a bare Debian, made or pulled. */
    from: (copy, { edition }) => debian(copy, suite, edition).tag,
    before: async (copy, engine, note, { edition }) => {
      const wish = debian(copy, suite, edition);
      await ensureRootFileSystem(engine, { ...wish, suite, home: copy.home, note });
      await removeOtherEditions(copy.tools, suite, basename(wish.tar));
    },
  };
}

/** File systems of other editions: 130 MB each that nothing reads any more. */
async function removeOtherEditions(folder, suite, kept) {
  const names = await readdir(folder).catch(() => []);
  for (const name of names)
    if (new RegExp(`^debian-${suite}-[\\w-]+\\.tar$`).test(name) && name !== kept)
      await rm(join(folder, name), { force: true });
}

/** A bare Debian of an edition is kept, so that a start makes the same one again. */
function debian(copy, suite, edition) {
  const name = [suite, hash(rootFileSystemInputs(suite)), edition].filter(Boolean).join('-');
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
