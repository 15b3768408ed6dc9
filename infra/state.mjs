import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keptSecret, readJson, writeAtomic } from './lib/files.mjs';
import { freePort } from './lib/net.mjs';
import { homeOf, readSettings } from './settings.mjs';

const portNames = ['api', 'activator', 'traefik', 'postgres', 'redis', 'registry'];

/** Unix sockets must fit in sun_path (108 bytes); the longest name below the run directory is about 30. */
const longestRunDir = 70;

/**
 * One copy of Berth: its identity, ports and choices, kept in `state.json` below its home. Holds no secret.
 * @typedef {Awaited<ReturnType<typeof openCopy>>} Copy
 */

/** Opens (and on first use creates) the copy that the environment points to. */
export async function openCopy(env = process.env) {
  const home = homeOf(env);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o711); // containers' sockets are below; secrets have modes of their own
  const state = (await readJson(statePath(home))) ?? {};
  state.id ??= newId();
  state.ports ??= {};
  const taken = new Set(Object.values(state.ports));
  for (const name of portNames) {
    if (state.ports[name]) continue;
    state.ports[name] = await freePort(taken);
    taken.add(state.ports[name]);
  }
  state.parts ??= {};
  const copy = copyOf(home, state, env);
  await mkdir(copy.runDir, { recursive: true, mode: 0o700 });
  await save(copy);
  return copy;
}

/** The copy as it is on disk, or null when there is none; changes nothing. */
export async function findCopy(env = process.env) {
  const home = homeOf(env);
  const state = await readJson(statePath(home));
  return state ? copyOf(home, state, env) : null;
}

export async function save(copy) {
  await writeAtomic(statePath(copy.home), `${JSON.stringify(copy.state, null, 2)}\n`, 0o600);
}

/** Picks another port for a part whose own was taken by somebody else while it was down. */
export async function movePort(copy, name) {
  copy.state.ports[name] = await freePort(new Set(Object.values(copy.state.ports)));
  await save(copy);
  return copy.state.ports[name];
}

/** @param {Copy} copy @param {'secret.key' | 'postgres.password' | 'redis.password' | 'registry.secret'} name */
export function secretOf(copy, name) {
  const make = name === 'secret.key' ? () => randomBytes(32).toString('base64') : undefined;
  return keptSecret(join(copy.home, 'secrets', name), make);
}

function copyOf(home, state, env) {
  const runDir = join(home, 'run').length <= longestRunDir ? join(home, 'run') : `/run/berth-${state.id}`;
  return {
    home,
    runDir,
    id: state.id,
    state,
    settings: readSettings(env, state.settings),
    ports: state.ports,
    logs: join(home, 'logs'),
    tools: join(home, 'tools'),
    /** @param {...string} parts */
    path: (...parts) => join(home, ...parts),
  };
}

function statePath(home) {
  return join(home, 'state.json');
}

function newId() {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  // Begins with a letter: the id is part of interface and table names.
  let id = letters[randomInt(26)];
  while (id.length < 6) id += letters[randomInt(36)];
  return id;
}
