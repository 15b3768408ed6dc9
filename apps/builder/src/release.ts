import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { ImageConfig } from '#libs/images/registry-client.js';
import { finishBuild } from '#libs/store/builds.js';
import { systemActor } from '#libs/store/events.js';
import type { Release, Source } from '#libs/store/generated/client.js';
import type { Pushed } from './push.js';
import type { BuildRun } from './pipeline.js';
import { whilePartsAreAway } from './retry.js';
import { Stopped } from './stopped.js';

/** PORT for apps that listen where Berth tells them. */
const DEFAULT_PORT = 8080;

/** Creates the release and hands the deployment to the runtime, in one transaction. Throws Stopped when it is held no longer. */
export async function release(
  run: BuildRun,
  plan: BuildPlan | null,
  { result, config, since }: Pushed,
): Promise<Release> {
  const { claim, parts, order } = run;
  const base = run.committed?.instance.release;
  const processes = base?.processes ?? plan?.processes ?? { web: [] };
  checkCommand(processes, config, plan);
  return run.timeline.step(
    'release',
    async () => {
      // The runtime's lines come after these.
      await run.log.flush();
      const made = await whilePartsAreAway(
        () =>
          finishBuild(parts.db, parts.sealer, {
            deploymentId: claim.deployment.id,
            holder: claim.holder,
            build: run.build,
            result,
            pushedSince: since,
            content: {
              image: result.image,
              processes,
              port: base?.port ?? plan?.port ?? exposedPort(config) ?? DEFAULT_PORT,
              healthPath: plan?.healthPath ?? null,
              manifest: base?.manifest ?? plan?.manifest ?? null,
            },
            description: describe(order.source),
            lineOf: ({ number }) => `Release v${number} created`,
            actor: systemActor('builder'),
          }),
        {
          signal: run.signal,
          onRetry: (sentence) => run.log.warning(sentence),
        },
      );
      if (made === null) throw new Stopped('lost');
      return made;
    },
    ({ number, image }) => ({ number, image }),
  );
}

/** An image without a command cannot be started by anybody: better said here than by a container that will not start. */
function checkCommand(
  processes: Record<string, string[]>,
  { config }: ImageConfig,
  plan: BuildPlan | null,
): void {
  if ((processes['web'] ?? []).length > 0) return;
  if ((config?.Cmd ?? []).length + (config?.Entrypoint ?? []).length > 0) return;
  throw new BerthError(
    'no_start_command',
    plan === null
      ? 'The image names neither a command nor an entrypoint, so nothing says what to start. Deploy an image that has one.'
      : 'Nothing says how to start this app: neither the Dockerfile nor its base image has CMD or ENTRYPOINT. Add CMD to the Dockerfile, or a Procfile with the line "web: your-command".',
  );
}

/** The lowest TCP port that the image says it listens on. */
function exposedPort({ config }: ImageConfig): number | null {
  const ports = Object.keys(config?.ExposedPorts ?? {})
    .map((text) => /^(\d{1,5})(?:\/tcp)?$/.exec(text)?.[1])
    .filter((text) => text !== undefined)
    .map(Number)
    .filter((port) => port >= 1 && port <= 65535);
  return ports.length === 0 ? null : Math.min(...ports);
}

/** What tells this release from its neighbours: the words of whoever brought it, as far as there are any. */
function describe({ kind, commit, image, message }: Source): string {
  const said = message?.split('\n')[0]?.trim() ?? '';
  if (kind === 'git') return `${(commit ?? '').slice(0, 7)} ${said}`.trim().slice(0, 200);
  if (kind === 'image') return `Image ${image ?? ''}`.slice(0, 200);
  return (said || (kind === 'instance' ? 'Commit of an instance' : 'Upload')).slice(0, 200);
}
