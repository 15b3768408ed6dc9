import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, writeAtomic } from '../lib/files.mjs';
import { http } from '../lib/http.mjs';
import { Problem } from '../lib/problem.mjs';
import { run, which } from '../lib/run.mjs';
import { registry as pin } from '../pins.mjs';
import { secretOf } from '../state.mjs';
import { programFromImage } from '../steps/from-image.mjs';

/** @type {import('./part.mjs').Part} */
export const registry = {
  name: 'registry',
  title: 'Image registry',
  stop: { graceMs: 10_000 },

  async find(copy) {
    const there =
      (await which('docker-registry')) ?? ((await exists(unpacked(copy))) ? unpacked(copy) : null);
    return { source: 'own', optional: there ? [] : ['docker-registry'] };
  },

  async prepare(copy, _found, note) {
    const bin = (await which('docker-registry')) ?? (await fromImage(copy, note));
    const version = /\s(v?\d\S*)\s*$/
      .exec(await run(bin, ['--version']).catch(() => ''))?.[1]
      ?.replace(/^v/, '');
    return { source: 'own', bin, version, address: `127.0.0.1:${copy.ports.registry}` };
  },

  async before(copy) {
    await mkdir(copy.path('registry', 'data'), { recursive: true, mode: 0o700 });
    await writeAtomic(
      copy.path('registry', 'config.yml'),
      configuration(copy, await secretOf(copy, 'registry.secret')),
      0o600,
    );
  },

  command(copy) {
    return {
      command: copy.state.parts.registry.bin,
      args: ['serve', copy.path('registry', 'config.yml')],
      env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
    };
  },

  async ready(copy) {
    return (await http({ host: '127.0.0.1', port: copy.ports.registry, path: '/v2/' })).status === 200;
  },
};

function unpacked(copy) {
  return join(copy.tools, 'registry', 'registry');
}

async function fromImage(copy, note) {
  const bin = unpacked(copy);
  if (await exists(bin)) return bin;
  note(`Debian has no docker-registry here: taking it out of the image ${pin.image}`);
  await programFromImage(copy, { image: pin.image, path: pin.imagePath, target: bin }).catch((cause) => {
    throw new Problem({
      what: 'No image registry is to be had.',
      why: `This system has no package docker-registry, and the image ${pin.image} could not be pulled: ${cause.message}`,
      fix: 'Install docker-registry (Debian, Ubuntu), or set BERTH_DOCKER_MIRRORS to a mirror that you can reach.',
      cause,
    });
  });
  return bin;
}

function configuration(copy, secret) {
  return JSON.stringify(
    {
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: copy.path('registry', 'data') },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: true, age: '24h', interval: '6h', dryrun: false } },
      },
      http: { addr: `127.0.0.1:${copy.ports.registry}`, secret },
    },
    null,
    2,
  );
}
