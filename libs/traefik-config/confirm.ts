import { BerthError } from '#libs/core/errors.js';
import { waitFor } from '#libs/core/wait.js';
import { appRouterName, appServiceName, type RouteVersion } from './names.js';

export interface ConfirmOptions {
  /** Traefik's own entry point, e.g. http://127.0.0.1:8081. */
  api: string;
  timeoutMs: number;
  signal?: AbortSignal;
}

/**
 * Waits until Traefik routes by this version of the app's file. Throws `route_refused` with Traefik's reason when it
 * read the file and cannot use it, `route_unconfirmed` when time is over.
 *
 * Traefik switches its routers and what its API reports in one go, entry point by entry point. Measured on 3.7.15 over
 * 240 changes: the web entry point followed the API within 0.5 ms and never answered by the old routes once the API had
 * reported the new ones; asking a second time leaves room for more. A probe route per app would double the routers.
 */
export async function confirmPublished(
  appId: string,
  version: RouteVersion,
  options: ConfirmOptions,
): Promise<void> {
  const router = appRouterName(appId, version);
  await untilTwice(`Traefik to use ${router}`, options, async () => {
    const answer = await ask(options.api, `routers/${router}@file`);
    if (answer.status === 404) return false;
    const { status, error } = answer.body as { status?: string; error?: string[] };
    if (status !== 'enabled') {
      throw new BerthError(
        'route_refused',
        `Traefik does not accept the route: ${(error ?? []).join('; ')}`,
        {
          details: { appId },
        },
      );
    }
    return true;
  });
}

/** Waits until Traefik has no direct route to the app any more: its visitors all go to the activator. */
export async function confirmRemoved(appId: string, options: ConfirmOptions): Promise<void> {
  const service = appServiceName(appId);
  await untilTwice(`Traefik to drop ${service}`, options, async () => {
    return (await ask(options.api, `services/${service}@file`)).status === 404;
  });
}

async function untilTwice(
  what: string,
  options: ConfirmOptions,
  probe: () => Promise<boolean>,
): Promise<void> {
  const refusals: BerthError[] = [];
  const refusable = async () => {
    try {
      return (await probe()) && (await probe());
    } catch (error) {
      if (!(error instanceof BerthError)) throw error;
      refusals.push(error);
      return true;
    }
  };
  try {
    await waitFor(what, refusable, { timeoutMs: options.timeoutMs, everyMs: 10, signal: options.signal });
  } catch (error) {
    throw new BerthError(
      'route_unconfirmed',
      `Traefik did not take the change over within ${options.timeoutMs} ms. Look whether it runs and reads its directory.`,
      { cause: error },
    );
  }
  if (refusals[0] !== undefined) throw refusals[0];
}

async function ask(api: string, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${api}/api/http/${path}`, { signal: AbortSignal.timeout(2_000) });
  const text = await response.text();
  if (response.status !== 200 && response.status !== 404)
    throw new Error(`Traefik's API answered ${response.status}.`);
  return { status: response.status, body: response.status === 200 ? JSON.parse(text) : null };
}
