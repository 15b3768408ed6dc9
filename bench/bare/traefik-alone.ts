import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '#bench/bench.js';
import { ask } from '#bench/http.js';
import { freePort } from '#bench/platform.js';

export interface Route {
  /** null: whatever no other route takes. */
  host: string | null;
  address: string;
  port: number;
}

/**
 * A second Traefik beside the platform's: the same program, static configuration and memory settings, but no Berth:
 * one file with these routes. Resolves once it answers.
 */
export function startTraefikAlone(bench: Bench, routes: Route[]): Promise<{ port: number; pid: number }> {
  return startTraefik(bench, routes[0]?.host ?? 'any.localhost', (directory) =>
    writeFile(join(directory, 'routes.yml'), JSON.stringify(dynamic(routes))),
  );
}

/** A second Traefik with all that the platform's has: a copy of the routes that are in force now. */
export function startTraefikCopy(bench: Bench, host: string): Promise<{ port: number; pid: number }> {
  return startTraefik(bench, host, (directory) =>
    cp(join(bench.platform.home, 'traefik', 'dynamic'), directory, { recursive: true }),
  );
}

/** Resolves once the host is answered. */
async function startTraefik(
  bench: Bench,
  host: string,
  fill: (directory: string) => Promise<void>,
): Promise<{ port: number; pid: number }> {
  const pid = bench.platform.parts.find((part) => part.name === 'traefik')?.pid ?? 0;
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-traefik-'));
  const [port, apiPort] = [await freePort(), await freePort()];
  const settings = JSON.parse(
    await readFile(join(bench.platform.home, 'traefik', 'traefik.yml'), 'utf8'),
  ) as {
    entryPoints: { web: { address: string }; traefik: { address: string } };
    providers: { file: { directory: string } };
  };
  settings.entryPoints.web.address = `127.0.0.1:${port}`;
  settings.entryPoints.traefik.address = `127.0.0.1:${apiPort}`;
  settings.providers.file.directory = join(home, 'dynamic');
  await mkdir(join(home, 'dynamic'));
  await fill(join(home, 'dynamic'));
  await writeFile(join(home, 'traefik.yml'), JSON.stringify(settings));

  const child = spawn(await readlink(`/proc/${pid}/exe`), [`--configFile=${join(home, 'traefik.yml')}`], {
    stdio: 'ignore',
    env: await goSettings(pid),
  });
  bench.onEnd(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(home, { recursive: true, force: true });
  });
  for (let tries = 0; tries < 200; tries += 1) {
    const status = await ask({ port, host }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return { port, pid: child.pid ?? 0 };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The second Traefik does not answer.');
}

function dynamic(routes: Route[]): object {
  const named = routes.map((route, index) => ({ name: `r${index}`, ...route }));
  return {
    http: {
      routers: Object.fromEntries(
        named.map(({ name, host }) => [
          name,
          host === null
            ? { rule: 'PathPrefix(`/`)', service: name, entryPoints: ['web'], priority: 1 }
            : { rule: `Host(\`${host}\`)`, service: name, entryPoints: ['web'] },
        ]),
      ),
      services: Object.fromEntries(
        named.map(({ name, address, port }) => [
          name,
          { loadBalancer: { servers: [{ url: `http://${address}:${port}` }] } },
        ]),
      ),
    },
  };
}

/** GOGC and GOMEMLIMIT as the platform's Traefik has them. */
async function goSettings(pid: number): Promise<Record<string, string>> {
  const text = await readFile(`/proc/${pid}/environ`, 'utf8');
  const pairs = text.split('\0').filter((pair) => /^(GO|PATH=)/.test(pair));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
