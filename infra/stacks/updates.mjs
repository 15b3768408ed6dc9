import { Engine } from '../lib/engine.mjs';
import { Problem } from '../lib/problem.mjs';
import { build } from './make.mjs';
import { knownStacks } from './stacks.mjs';
import { stacks } from './table.mjs';
import { simulateUpgrade } from './text.mjs';

/**
 * A Debian package that is newer by now than in a stack image.
 * @typedef {{ name: string, from: string, to: string, security: boolean }} Update
 */

/**
 * What Debian has newer than this host's stack images, by stack; stacks that are up to date are left out. Asks the Debian mirror.
 * @param {import('../state.mjs').Copy} copy
 * @param {(text: string) => void} note
 * @returns {Promise<Map<string, Update[]>>}
 */
export async function stackUpdates(copy, note) {
  const engine = new Engine(copy.state.parts.docker.address);
  const known = await knownStacks(copy);
  const found = new Map();
  for (const stack of stacks) {
    const { name, withoutApt } = stack;
    if (!known[name] || withoutApt) continue;
    note(name);
    const updates = await updatesOf(copy, engine, stack, known[name]);
    if (updates.length > 0) found.set(name, updates);
  }
  return found;
}

/** apt itself says what it would upgrade, in a build of which nothing is kept. */
async function updatesOf(copy, engine, { name, suite }, image) {
  const said = [];
  // A moment makes it a question of its own: an answer of the build cache would be yesterday's.
  const asked = `ARG ASKED="${new Date().toISOString()}"`;
  const dockerfile = [`FROM ${image}`, 'USER 0:0', asked, simulateUpgrade(), ''].join('\n');
  try {
    await build(copy, engine, dockerfile, { suite, onLine: (line) => said.push(line) });
  } catch (cause) {
    throw new Problem({
      what: `What is newer than in the stack image "${name}" could not be found out.`,
      why: `Its build said: ${said.slice(-3).join(' | ') || cause.message}`,
      fix: "Check that this host reaches Debian's mirror (proxies and mirrors included), then try again.",
      cause,
    });
  }
  return updatesIn(said);
}

/**
 * Out of what `apt-get -s dist-upgrade` prints: `Inst openssl [3.5.1-1] (3.5.4-1 Debian-Security:13/stable-security [amd64])`.
 * @param {string[]} lines
 * @returns {Update[]}
 */
export function updatesIn(lines) {
  return lines.flatMap((line) => {
    const [, name, from, to, origins] = /^Inst (\S+) \[([^\]]+)\] \((\S+) ([^)]*)\)/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, from, to, security: /security/i.test(origins) }];
  });
}
