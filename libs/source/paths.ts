import { BerthError } from '#libs/core/errors.js';

/** Longest path and longest part of one: what Linux takes (PATH_MAX less a prefix; NAME_MAX), in bytes. */
export const PATH_BYTES_MAX = 2048;
const PART_BYTES_MAX = 255;
const DEPTH_MAX = 64;

export const DOT_GIT = 'it lies in a .git folder';

/**
 * What is wrong with a path inside a source, in a sentence, or null. Good paths are relative, `/`-separated, without empty,
 * `.` or `..` parts, control characters or backslashes, and without a `.git` folder in any spelling that some file system
 * takes for one.
 */
export function pathProblem(path: string): string | null {
  if (path === '') return 'its name is empty';
  if (path.startsWith('/')) return 'its path is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'its path names a drive';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'its name has control characters';
  if (path.includes('\\')) return 'its name has a backslash';
  if (path.includes('\ufffd')) return 'its name is not valid UTF-8';
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return `its path is longer than ${PATH_BYTES_MAX} bytes`;
  const parts = path.split('/');
  if (parts.length > DEPTH_MAX) return `it lies deeper than ${DEPTH_MAX} folders`;
  for (const part of parts) {
    if (part === '') return 'its path has an empty part';
    if (part === '.' || part === '..') return `its path has a "${part}" part`;
    if (Buffer.byteLength(part) > PART_BYTES_MAX)
      return `a part of its path is longer than ${PART_BYTES_MAX} bytes`;
    if (isDotGit(part)) return DOT_GIT;
  }
  return null;
}

/** `.git` in any case, with trailing dots or spaces, or its short name on Windows. */
function isDotGit(part: string): boolean {
  return /^(?:\.git|git~1)[. ]*$/i.test(part);
}

/**
 * What is wrong with where a link points, or null. A link may point anywhere inside the source (even at nothing), never
 * outside of it. `..` may only lead: after a name, which may be a link itself, it could climb out unseen.
 */
export function linkProblem(path: string, target: string): string | null {
  if (target === '') return 'it points nowhere';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\]/.test(target)) return 'its target has control characters or a backslash';
  if (Buffer.byteLength(target) > PATH_BYTES_MAX) return `its target is longer than ${PATH_BYTES_MAX} bytes`;
  const outside = `it points to ${target}, outside of the source`;
  if (target.startsWith('/')) return outside;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const up = climbs === -1 ? parts.length : climbs;
  if (up > path.split('/').length - 1) return outside;
  if (parts.slice(up).includes('..')) return `its target ${target} climbs up after a name`;
  return null;
}

/** A refusal of a source because of one of its entries, which it names. */
export function badEntry(path: string, why: string, kind = 'The source'): BerthError {
  const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
  return new BerthError(
    'source_unsafe',
    `${kind} holds ${shown}, which Berth does not take: ${why}. Take it out and send it again.`,
    {
      details: { entry: path.slice(0, 500) },
    },
  );
}
