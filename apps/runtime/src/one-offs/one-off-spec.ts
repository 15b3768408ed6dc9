import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import type { ContainerSpec, VolumeMount } from '#libs/engine/port.js';
import { fullReference, isHostRegistry, parseImageReference } from '#libs/images/image-reference.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { OneOffRow } from '#libs/store/one-offs.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import { containerSpec } from '../instances/container-spec.js';
import { nameServersIn } from '../network/host-facts.js';

/** The container of a one-off: its release's config, limits, network and hardening; its own command, and image if it has one. */
export async function oneOffSpec(
  row: OneOffRow,
  host: {
    berthId: string;
    registry: string;
    home: string;
    network: { name: string; subnet: string };
    sealer: Sealer;
    volumes: VolumeMount[];
    /** What its client has set for it. */
    env: Record<string, string>;
  },
): Promise<ContainerSpec> {
  const spec = containerSpec({
    berthId: host.berthId,
    registry: host.registry,
    app: row.app,
    release: row.release,
    instance: row,
    config: openReleaseConfig(host.sealer, row.release),
    network: host.network.name,
    dns: await nameServersIn(host.network.subnet),
    volumes: host.volumes,
  });
  const { wish } = row;
  return {
    ...spec,
    image: wish.image === null ? spec.image : await imageNamed(wish.image, host),
    command: wish.command,
    env: { ...spec.env, ...host.env },
    // A stack's image has nobody of its own yet: a build on it ends with the same user.
    ...(wish.image?.startsWith(stackPrefix) && { user: stackUser }),
    stdin: wish.terminal ? 'terminal' : 'stream',
  };
}

const stackPrefix = 'stack:';
const stackUser = '1000:1000';
const stackFile = z.record(z.string(), z.string());

/**
 * An image that a person named: `stack:NAME`, or any reference but one of this host's own registry, where the images of all
 * teams are. Throws `image_invalid`, `image_reference_invalid`, `stack_missing`.
 */
export async function imageNamed(text: string, host: { registry: string; home: string }): Promise<string> {
  const [, stack] = /^stack:([a-z0-9.-]{1,40})$/.exec(text) ?? [];
  if (stack !== undefined) return stackNamed(stack, host.home);
  const reference = parseImageReference(text);
  if (isHostRegistry(reference, host.registry))
    throw new BerthError(
      'image_invalid',
      'That registry is this host’s own, which holds the images of all teams. Choose another image, or none for the app’s own.',
    );
  return fullReference(reference);
}

async function stackNamed(stack: string, home: string): Promise<string> {
  const text = await readFile(join(home, 'stacks.json'), 'utf8').catch(() => '{}');
  const stacks = stackFile.parse(JSON.parse(text));
  const image = Object.hasOwn(stacks, stack) ? stacks[stack] : undefined;
  if (image !== undefined) return image;
  throw new BerthError(
    'stack_missing',
    `This host has no stack "${stack}". It has: ${Object.keys(stacks).sort().join(', ') || 'none yet'}.`,
  );
}
