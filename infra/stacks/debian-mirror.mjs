import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../lib/run.mjs';

/** The mirror that this host's apt uses for Debian itself, so that ours is the near one too; null elsewhere. */
export function debianMirror() {
  return ownMirror('Debian');
}

/**
 * Where the security updates of a suite are beside a mirror (null: what this host is set to): a folder of its own, which not every mirror has. Null where
 * there are none; apt itself looks, by its own proxies.
 * @param {string} suite
 * @param {string | null} mirror
 * @returns {Promise<string | null>}
 */
export async function securityMirror(suite, mirror) {
  const beside = mirror === null ? await ownMirror('Debian-Security') : besideOf(mirror);
  return beside !== null && (await has(`${beside}/dists/${suite}-security/InRelease`)) ? beside : null;
}

/** By the custom of mirrors: `…/debian-security` lies beside `…/debian`. */
export function besideOf(mirror) {
  const [, before] = /^(.*\/debian)\/?$/.exec(mirror) ?? [];
  return before === undefined ? null : `${before}-security`;
}

async function ownMirror(label) {
  const text = await run('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(LABEL)|$(REPO_URI)']).catch(
    () => '',
  );
  const line = text.split('\n').find((entry) => entry.startsWith(`Debian|${label}|http`));
  return line ? line.split('|')[2].trim().replace(/\/$/, '') : null;
}

async function has(url) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-apt-'));
  const once = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10'];
  try {
    await run('/usr/lib/apt/apt-helper', [...once, 'download-file', url, join(folder, 'file')], {
      timeoutMs: 30_000,
    });
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
