import { join } from 'node:path';
import { http } from './lib/http.mjs';
import { readJson, writeAtomic } from './lib/files.mjs';
import { isAlive } from './lib/processes.mjs';

/** What runs for one copy: `{ wanted, identity, restarts }` for each part, in `run/runs.json`. The supervisor writes it. */
export class RunRecords {
  static async open(copy) {
    return new RunRecords(
      join(copy.runDir, 'runs.json'),
      (await readJson(join(copy.runDir, 'runs.json'))) ?? { parts: {} },
    );
  }

  constructor(path, data) {
    this.path = path;
    this.data = data;
    this.queue = Promise.resolve();
  }

  get fingerprint() {
    return this.data.fingerprint ?? null;
  }

  wanted() {
    return Object.entries(this.data.parts)
      .filter(([, entry]) => entry.wanted)
      .map(([name]) => name);
  }

  entry(name) {
    return this.data.parts[name] ?? {};
  }

  async put(name, change) {
    this.data.parts[name] = { ...this.data.parts[name], ...change };
    await this.write();
  }

  /** What the services run from; null leaves it as it is. */
  async note({ fingerprint }) {
    if (fingerprint === null) return;
    this.data.fingerprint = fingerprint;
    await this.write();
  }

  write() {
    const text = JSON.stringify(this.data, null, 2);
    this.queue = this.queue.catch(() => {}).then(() => writeAtomic(this.path, text, 0o600));
    return this.queue;
  }
}

/** Does anything of this copy run, with or without a supervisor? */
export async function isUp(copy) {
  if ((await askSupervisor(copy, 'GET', '/status')) !== null) return true;
  const records = await RunRecords.open(copy);
  return Object.values(records.data.parts).some(({ identity }) => isAlive(identity));
}

export function supervisorSocket(copy) {
  return join(copy.runDir, 'supervisor.sock');
}

/** One request to the supervisor; null when none answers. */
export async function askSupervisor(copy, method, path) {
  const answer = await http({ socketPath: supervisorSocket(copy), method, path, timeoutMs: 60_000 }).catch(
    (error) => {
      if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET'].includes(error.code)) return null;
      throw error;
    },
  );
  if (answer === null) return null;
  const body = JSON.parse(answer.text);
  if (answer.status !== 200) throw new Error(body.error);
  return body;
}
