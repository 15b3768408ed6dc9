import { z } from 'zod';
import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import type { App } from '#libs/store/apps.js';
import type { ExplainFacts } from '#libs/store/explain-queries.js';
import { memorySize, storedSize } from '#libs/core/size.js';
import { layersOf } from './sharing.js';
import { scaleOf } from '#libs/store/app-settings.js';

export type ExplainInput = ExplainFacts & { app: App; url: string; gitUrl: string };
type Fact = [name: string, value: string | number | null | undefined, why?: string];
type Described = Omit<ExplainLayer, 'facts' | 'thing'>;

/** The stack under one app, from its data down to the hardware, each layer with the real things of this app. */
export function explainLayers(input: ExplainInput): ExplainLayer[] {
  return layers.map(({ facts, ...described }) => ({
    ...described,
    thing: things[described.name](input) || null,
    facts: facts(input).flatMap(([name, value, why]) =>
      value === null || value === undefined || value === ''
        ? []
        : [{ name, value: String(value), ...(why !== undefined && { why }) }],
    ),
  }));
}

const layers: (Described & { facts: (input: ExplainInput) => Fact[] })[] = [
  {
    name: 'data',
    title: 'Data',
    owner: 'you',
    service: 'app',
    about:
      'What your users put in. It lives where your code puts it; the container’s own files go with the container.',
    facts: () => [['kept by Berth', 'nothing but logs, for a while']],
  },
  {
    name: 'config',
    title: 'Config',
    owner: 'you',
    service: 'app',
    about: 'Environment variables. Berth seals them at rest and gives each release its own copy.',
    facts: ({ configKeys, release }) => [
      ['variables', configKeys.join(', ') || 'none'],
      ['in the live release', release?.configKeys.join(', ') || 'none'],
    ],
  },
  {
    name: 'code',
    title: 'Code',
    owner: 'you',
    service: 'app',
    about: 'The only thing that you have to bring.',
    facts: ({ source, gitUrl, taken }) => [
      ['git remote', gitUrl],
      ['came in by', source?.kind],
      ['size', sizeText(taken)],
      ['commit', source?.commit],
      ['message', source?.message?.split('\n', 1)[0]],
      ['author', source?.author],
      ['archive', source?.sha256 && `${source.format} ${source.sha256}`],
      ['image reference', source?.image],
    ],
  },
  {
    name: 'release',
    title: 'Release',
    owner: 'berth',
    service: 'PaaS',
    about: 'Code, config and limits of one moment, frozen. Going back is choosing an older one.',
    facts: ({ release }) => [
      ['live', release ? `v${release.number}: ${release.description}` : 'none yet'],
      ['made', release?.createdAt.toISOString()],
      ['processes', release && Object.keys(release.processes as object).join(', ')],
    ],
  },
  {
    name: 'routing',
    title: 'Routing',
    owner: 'berth',
    service: 'PaaS',
    about: 'Which request goes to which container, changed without losing one.',
    facts: ({ url, domains }) => [['address', url], ...domains.map(({ name }): Fact => ['domain', name])],
  },
  {
    name: 'scaling',
    title: 'Scaling',
    owner: 'berth',
    service: 'PaaS',
    about: 'As many containers as you asked for, restarted when they end.',
    facts: ({ app, instances }) => [
      ...Object.entries(scaleOf(app.scale)).map(([process, count]): Fact => [`wanted ${process}`, count]),
      ['running', instances.filter(({ status }) => status === 'ready').length],
      ['restarts', instances.reduce((sum, { restarts }) => sum + restarts, 0)],
    ],
  },
  {
    name: 'runtime',
    title: 'Language runtime',
    owner: 'berth',
    service: 'PaaS',
    about: 'Chosen from your files, and kept up to date by the next build.',
    facts: ({ release }) => {
      const plan = planOf.safeParse(release?.build?.plan);
      if (!plan.success)
        return [['detected', release?.build ? release.build.language : 'brought by the image']];
      return [
        ['detected', `${plan.data.title}, by ${plan.data.detectedBy}`],
        ...plan.data.choices.map(({ what, value, why }): Fact => [what, value, why]),
      ];
    },
  },
  {
    name: 'image',
    title: 'Image and layers',
    owner: 'berth',
    service: 'PaaS',
    about: 'Built from your code, layer by layer; what has not changed is shared with the last one.',
    facts: ({ release }) => [
      ['image', release?.image],
      ['size', release?.build?.imageBytes ? storedSize(Number(release.build.imageBytes)) : null],
      ...layersOf(release?.build?.layers).map((layer): Fact => [
        `layer ${layer.digest.slice(7, 19)}`,
        `${layer.part}, ${storedSize(layer.sizeBytes)}${layer.reused ? ', reused' : ''}`,
      ]),
    ],
  },
  {
    name: 'container',
    title: 'Containers',
    owner: 'berth',
    service: 'PaaS',
    about: 'Processes of the image with a writable layer of their own that goes with them.',
    facts: ({ instances }) =>
      instances.length === 0
        ? [['running', 'none at the moment']]
        : instances.map((one): Fact => [
            `${one.process} ${one.id.slice(-8)}`,
            `${one.containerId?.slice(0, 12) ?? 'no container yet'}, v${one.release.number}, ${one.status}`,
          ]),
  },
  {
    name: 'isolation',
    title: 'Isolation and limits',
    owner: 'berth',
    service: 'PaaS',
    about:
      'Namespaces, control groups, no capabilities, no new privileges, the default seccomp filter. One kernel is shared.',
    facts: ({ release }) => [
      ['namespaces', 'files, processes, network, IPC, host name and cgroup of its own; users are the host’s'],
      ['memory', release && `${release.memoryMb} MiB`],
      ['CPU', release && countOf(release.cpus, 'core')],
      ['processes', release?.pids],
    ],
  },
  {
    name: 'network',
    title: 'Network',
    owner: 'berth',
    service: 'PaaS',
    about:
      'A bridge for your team alone; no other team’s containers and none of the platform’s services are reachable on it.',
    facts: ({ networks, instances }) => [
      ...networks.map((one): Fact => [`bridge on ${one.host.name}`, `${one.bridge}, ${one.subnet}`]),
      ...instances.flatMap((one): Fact[] =>
        one.address === null
          ? []
          : [
              [
                `${one.process} ${one.id.slice(-8)}`,
                one.port === null ? one.address : `${one.address}:${one.port}`,
              ],
            ],
      ),
    ],
  },
  {
    name: 'engine',
    title: 'Container engine',
    owner: 'host',
    service: 'IaaS',
    about: 'Starts the containers that Berth asks for.',
    facts: (input) =>
      hostsOf(input).flatMap(({ name, engine }): Fact[] => [
        [
          name,
          engine && `Docker Engine ${engine.version}, API ${engine.apiVersion}, ${engine.storageDriver}`,
        ],
        ['freezes by', engine?.freezer],
      ]),
  },
  {
    name: 'kernel',
    title: 'Operating system',
    owner: 'host',
    service: 'IaaS',
    about: 'Linux, patched by whoever owns the machine.',
    facts: (input) =>
      hostsOf(input).flatMap(({ name, engine }): Fact[] => [
        [name, engine && `${engine.operatingSystem}, kernel ${engine.kernel}`],
      ]),
  },
  {
    name: 'hardware',
    title: 'Machine',
    owner: 'host',
    service: 'IaaS',
    about: 'Processors, memory, disk and network: somebody pays the power.',
    facts: (input) =>
      hostsOf(input).flatMap(({ name, engine }): Fact[] => [
        [name, engine && `${countOf(engine.cpus, 'core')}, ${memorySize(engine.memoryBytes)} of memory`],
      ]),
  },
];

/** Each layer's real thing in a few words: for drawings that have room for no more. */
const things: Record<ExplainLayer['name'], (input: ExplainInput) => string | null | undefined> = {
  data: () => undefined,
  config: ({ configKeys }) => configKeys.join(', '),
  code: ({ source, taken }) =>
    [source?.commit?.slice(0, 7) ?? source?.image ?? source?.format, sizeText(taken)]
      .filter(Boolean)
      .join(', '),
  release: ({ release }) => release && `v${release.number}`,
  routing: ({ url }) => url,
  scaling: ({ app }) =>
    Object.entries(scaleOf(app.scale))
      .map(([process, count]) => `${process} × ${count}`)
      .join(', '),
  runtime: ({ release }) => {
    const plan = planOf.safeParse(release?.build?.plan).data;
    const version = plan?.choices[0];
    if (plan === undefined || version === undefined) return plan?.title;
    return version.value.startsWith(plan.title) ? version.value : `${plan.title}, ${version.value}`;
  },
  image: ({ release }) =>
    release?.build?.imageBytes
      ? `${storedSize(Number(release.build.imageBytes))}, ${release.image.split('@')[1]?.slice(7, 19) ?? ''}`
      : release?.image,
  container: ({ instances }) => instances[0]?.containerId?.slice(0, 12),
  isolation: ({ release }) =>
    release && `${release.memoryMb} MiB, ${countOf(release.cpus, 'core')}, ${release.pids} processes`,
  network: ({ instances, networks }) => instances[0]?.address ?? networks[0]?.subnet,
  engine: (input) => hostsOf(input).map(({ engine }) => engine && `Docker Engine ${engine.version}`)[0],
  kernel: (input) => hostsOf(input).map(({ engine }) => engine && `Linux ${engine.kernel}`)[0],
  hardware: (input) =>
    hostsOf(input).map(
      ({ engine }) => engine && `${countOf(engine.cpus, 'core')}, ${memorySize(engine.memoryBytes)}`,
    )[0],
};

const takenOf = z.object({ bytes: z.number(), files: z.number() });

/** Of a source as the builder took it: its files and their bytes. */
function sizeText(taken: unknown): string | undefined {
  const { data } = takenOf.safeParse(taken);
  return data && `${countOf(data.files, 'file')}, ${storedSize(data.bytes)}`;
}

const planOf = z.object({
  title: z.string(),
  detectedBy: z.string(),
  choices: z.array(z.object({ what: z.string(), value: z.string(), why: z.string() })),
});

const engineOf = z.object({
  version: z.string(),
  apiVersion: z.string(),
  kernel: z.string(),
  operatingSystem: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
  storageDriver: z.string(),
  freezer: z.string().optional(),
});

/** Where it runs; while nothing of it does, where its team has a network. */
function hostsOf({
  instances,
  networks,
}: ExplainFacts): { name: string; engine: z.infer<typeof engineOf> | null }[] {
  const places = instances.length > 0 ? instances : networks;
  const hosts = new Map(places.map(({ host }) => [host.name, host.engine]));
  return [...hosts].map(([name, engine]) => ({ name, engine: engineOf.safeParse(engine).data ?? null }));
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
