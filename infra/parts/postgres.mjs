import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, removeTree, writeAtomic } from '../lib/files.mjs';
import { ask } from '../lib/net.mjs';
import { Problem } from '../lib/problem.mjs';
import { run, which } from '../lib/run.mjs';
import { secretOf } from '../state.mjs';
import { hydratePostgres, postgresNative } from '../steps/packages.mjs';

const user = 'berth';

/** @type {import('./part.mjs').Part} */
export const postgres = {
  name: 'postgres',
  title: 'Postgres',
  // Fast shutdown: sessions are cut, data is written.
  stop: { signal: 'SIGINT', graceMs: 20_000 },

  async find(copy) {
    return copy.settings.externals.postgres ? { source: 'external' } : { source: 'own' };
  },

  async prepare(copy, found) {
    if (found.source === 'external') return { source: 'external', address: hostOf(await databaseUrl(copy)) };
    const native = await postgresNative();
    if (!native) {
      throw new Problem({
        what: `There is no ready-made Postgres for ${process.platform} on ${process.arch}.`,
        fix: 'Set DATABASE_URL to a Postgres 14 or newer.',
      });
    }
    await hydratePostgres();
    const version = /\d+(\.\d+)*/.exec(await run(join(native, 'bin', 'postgres'), ['--version']))?.[0];
    await initialise(copy, native);
    return {
      source: 'own',
      bin: join(native, 'bin', 'postgres'),
      version,
      address: `127.0.0.1:${copy.ports.postgres}`,
    };
  },

  async before(copy) {
    await writeAtomic(join(dataFolder(copy), 'postgresql.auto.conf'), configuration(copy), 0o600);
    await removeStalePid(copy);
  },

  async command(copy) {
    return asNobody(copy.state.parts.postgres.bin, ['-D', dataFolder(copy)]);
  },

  async ready(copy) {
    const target = copy.state.parts.postgres.source === 'external' ? new URL(await databaseUrl(copy)) : null;
    const answer = await ask({
      host: target?.hostname,
      port: Number(target?.port || copy.ports.postgres),
      send: startupPacket(user),
    });
    // 'R' asks for a password: it takes clients. 'E' says that it is still starting, or ending.
    return answer[0] === 0x52;
  },
};

/** Where services find the database. An external one's address holds a password, so it lies in a 0600 file. */
export async function databaseUrl(copy) {
  if (copy.settings.externals.postgres) return keptUrl(copy, 'database.url', process.env.DATABASE_URL);
  return `postgres://${user}:${await secretOf(copy, 'postgres.password')}@127.0.0.1:${copy.ports.postgres}/berth`;
}

/** An address that the environment gave at some start, kept for the next ones. */
export async function keptUrl(copy, name, given) {
  const path = copy.path('secrets', name);
  if (given) {
    await mkdir(copy.path('secrets'), { recursive: true, mode: 0o700 });
    await writeAtomic(path, `${given}\n`, 0o600);
    return given;
  }
  return (await readFile(path, 'utf8')).trim();
}

function hostOf(url) {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || 5432}`;
}

function dataFolder(copy) {
  return copy.path('postgres', 'data');
}

async function initialise(copy, native) {
  const data = dataFolder(copy);
  if (await exists(join(data, 'PG_VERSION'))) return;
  await removeTree(copy.path('postgres'));
  await mkdir(copy.path('postgres'), { recursive: true, mode: 0o700 });
  const beside = copy.path('postgres', 'data.new');
  const passwordFile = copy.path('postgres', 'password.tmp');
  await writeFile(passwordFile, `${await secretOf(copy, 'postgres.password')}\n`, { mode: 0o600 });
  const init = await asNobody(join(native, 'bin', 'initdb'), [
    ...['-D', beside, '-U', user, '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'],
  ]);
  try {
    await run(init.command, init.args, { timeoutMs: 120_000 });
  } catch (cause) {
    throw new Problem({
      what: 'The database could not be set up.',
      why: `initdb said: ${cause.message.slice(-300)}.`,
      fix: 'If this host forbids user namespaces, set DATABASE_URL to a Postgres of your own.',
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(beside, data);
  await chmod(data, 0o700);
}

/**
 * Postgres refuses to run as root. In a user namespace of its own it is `nobody` as far as it can tell, while its files stay
 * ours: no system account is made, and a state directory below /root works. (initdb wants a user that has a name.)
 */
async function asNobody(bin, args) {
  if (process.getuid() !== 0) return { command: bin, args };
  const unshare = (await which('unshare')) ?? 'unshare';
  const uid = unprivilegedUid(await readFile('/etc/passwd', 'utf8'));
  return { command: unshare, args: ['--user', `--map-user=${uid}`, `--map-group=${uid}`, bin, ...args] };
}

/** Number of `nobody`, or of any other user but root, from the text of /etc/passwd. */
export function unprivilegedUid(passwd) {
  const users = passwd.split('\n').map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'nobody') ?? users.find(([, , uid]) => Number(uid) > 0);
  return found ? Number(found[2]) : 65_534;
}

/** Small on purpose: the control plane's tables are small, and the machine's memory belongs to the apps. */
function configuration(copy) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: copy.ports.postgres,
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '32MB',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    wal_buffers: '1MB',
    max_wal_size: '256MB',
    min_wal_size: '64MB',
    io_workers: 1,
    io_method: 'sync',
    autovacuum_max_workers: 1,
    max_worker_processes: 2,
    max_parallel_workers: 0,
    max_parallel_workers_per_gather: 0,
    max_logical_replication_workers: 0,
    max_wal_senders: 0,
    wal_level: 'minimal',
    jit: 'off',
    dynamic_shared_memory_type: 'posix',
    password_encryption: 'scram-sha-256',
    logging_collector: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

/** After a kill the file names a pid that may belong to somebody else by now; Postgres would refuse to start. */
async function removeStalePid(copy) {
  await rm(join(dataFolder(copy), 'postmaster.pid'), { force: true });
}

/** First packet of protocol 3.0: "I am user berth". */
export function startupPacket(name) {
  const body = Buffer.from(`\0\x03\0\0user\0${name}\0database\0postgres\0\0`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}
