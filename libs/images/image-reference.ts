import { BerthError } from '#libs/core/errors.js';

/** A reference as the Engine's API takes it: a name with a registry, and a tag or digest. */
export interface ImageReference {
  /** As in `docker.io/library/nginx`. */
  name: string;
  /** Host of the registry, with its port. */
  registry: string;
  /** Tag, or `sha256:…`. */
  version: string;
}

const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?$/;
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Reads a reference as people write it (`nginx`, `ghcr.io/owner/app:1.2`, `name@sha256:…`). Throws BerthError
 * `image_reference_invalid` with what is wrong.
 */
export function parseImageReference(text: string): ImageReference {
  const match = /^([^@]{1,255})(?:@(sha256:[0-9a-f]{64}))?$/.exec(text.trim());
  if (match === null) throw invalid(text);
  const { path: whole, tag } = splitTag(match[1] as string);
  const { registry, path } = splitRegistry(whole);
  if (
    !PATH.test(path) ||
    !DOMAIN.test(registry) ||
    (tag !== null && !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag))
  ) {
    throw invalid(text);
  }
  return { name: `${registry}/${path}`, registry, version: match[2] ?? tag ?? 'latest' };
}

function splitTag(text: string): { path: string; tag: string | null } {
  const colon = text.lastIndexOf(':');
  return colon > text.lastIndexOf('/')
    ? { path: text.slice(0, colon), tag: text.slice(colon + 1) }
    : { path: text, tag: null };
}

/** A reference in full, as the Engine is to be asked: a short name could be the beginning of an image's id, and that image anybody's. */
export function fullReference({ name, version }: Pick<ImageReference, 'name' | 'version'>): string {
  return version.startsWith('sha256:') ? `${name}@${version}` : `${name}:${version}`;
}

/** The first part names a registry when it looks like a host; else the image is Docker Hub's. */
function splitRegistry(text: string): { registry: string; path: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  if (/[.:]/.test(first) || first === 'localhost') return { registry: first, path: text.slice(slash + 1) };
  return { registry: 'docker.io', path: slash === -1 ? `library/${text}` : text };
}

/**
 * Is the registry on the host itself, where the images of all teams are? A name of somebody's own may resolve to loopback, and
 * the Engine then speaks plain HTTP to it: whatever has the internal registry's port counts too.
 */
export function isHostRegistry(
  { registry }: Pick<ImageReference, 'registry'>,
  internalRegistry: string,
): boolean {
  const [host = '', port = ''] = registry.toLowerCase().split(/:(?=\d*$)/);
  if (port !== '' && port === internalRegistry.split(/:(?=\d*$)/)[1]) return true;
  return (
    registry === internalRegistry || /^(?:localhost|.*\.localhost|127\..*|0|0\..*|0x.*|\d+|\[.*)$/.test(host)
  );
}

function invalid(text: string): BerthError {
  return new BerthError(
    'image_reference_invalid',
    `"${text.slice(0, 100)}" is not an image reference. Write it as in "nginx", "ghcr.io/owner/app:1.2" or "name@sha256:…".`,
  );
}
