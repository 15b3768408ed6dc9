import type { DeploymentView } from '#libs/contracts/api/deployments.js';
import type { AppView } from '#libs/contracts/api/apps.js';
import { ending } from '../../deployment/ending.js';
import { chosenDeployment } from '../../deployment/number.js';
import { timeline } from '../../deployment/timeline.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import { duration, size } from '../../ui/units.js';

export const deploymentsTimeline = command({
  name: 'timeline',
  aliases: ['deployments info', 'deployments timeline'],
  group: 'Deploy',
  summary: 'Tell a deployment step by step, as docker run does them, with times',
  about: [
    'From the source to the switch of the route: each step with when it began, how long it took, what it is, and the real things that it made (image, container, address).',
  ],
  arguments: [
    {
      name: 'NUMBER',
      looksLike: /^v?\d+$/,
      about: 'Number of the deployment; the last one if left out',
      optional: true,
    },
  ],
  app: 'argument',
  examples: [
    ['timeline', 'of the last deployment of this folder’s app'],
    ['timeline 12 --app hello', 'of a certain one'],
    ['timeline --json', 'steps, build plan and image layers for programs'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const number = await chosenDeployment(context, input.optional('NUMBER'));
    const appPath = await context.appPath();
    const [deployment, app] = await Promise.all([
      api.get<DeploymentView>(`${appPath}/deployments/${number}`),
      api.get<AppView>(appPath),
    ]);
    ui.result(deployment, () => {
      const style = ui.out;
      ui.print(style.bold(`${deployment.app}, deployment ${number} (by ${deployment.trigger})`));
      for (const line of planLines(deployment)) ui.print(safe(line));
      ui.print();
      for (const line of timeline(deployment, { style, columns: ui.room, explain: true, now: new Date() }))
        ui.print(line);
      for (const line of buildLines(deployment)) ui.print(safe(line));
      const layers = layerLines(deployment);
      if (layers.length > 0) {
        ui.print();
        ui.print(style.bold('Layers of the image, read-only, top first'));
        for (const line of layers) ui.print(safe(line));
      }
      ui.print();
      for (const line of ending(deployment, app.url, style)) ui.print(line);
    });
  },
});

function planLines({ build }: DeploymentView): string[] {
  if (!build?.plan) return [];
  const { title, detectedBy, choices } = build.plan;
  return [
    `${title}, recognised by ${detectedBy}`,
    ...choices.map(({ what, value, why }) => `  ${what}: ${value} (${why})`),
    ...build.registries.map(
      ({ kind, what, from, outcome, note }) =>
        `  ${what ?? kind}: ${outcome === 'served' ? 'from' : 'not from'} ${from}${note === null ? '' : ` (${note})`}`,
    ),
  ];
}

/** Where the deployment stands in line; what its build did, and used of what it might. */
function buildLines({ build, waiting }: DeploymentView): string[] {
  const { limits, usage } = build ?? {};
  return [
    ...(waiting ? ['', waiting.message] : []),
    ...(build?.steps?.length ? ['', 'Steps of the build'] : []),
    ...(build?.steps ?? []).map(
      ({ title, cached, ms, whyNot }) =>
        `  ${(cached ? 'cached' : duration(ms)).padStart(8)}  ${title}${whyNot ? ` (${whyNot})` : ''}`,
    ),
    ...(limits && usage
      ? [
          `  Used ${usage.peakMemoryMb} of ${limits.memoryMb} MiB of memory, ${usage.cpuSeconds} CPU seconds, ${usage.peakPids ?? '?'} of ${limits.pids} processes`,
        ]
      : []),
  ];
}

function layerLines({ build }: DeploymentView): string[] {
  return (build?.layers ?? [])
    .map(
      ({ digest, part, sizeBytes, reused, whyNot }) =>
        `  ${digest.slice(7, 19)}  ${part.padEnd(12)} ${size(sizeBytes).padStart(9)}  ${reused ? 'kept' : (whyNot ?? 'new')}`,
    )
    .toReversed();
}
