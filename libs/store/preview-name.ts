import { createHash } from 'node:crypto';
import { isName, NAME_MAX } from '#libs/core/names.js';

/** Hexadecimal digits that tell apart branches whose names look alike once they are a host name. */
const markLength = 4;

/**
 * Name of the preview app of a branch: `APP-BRANCH`, as a host name allows it. A branch that has to be changed for that
 * (`feature/x`, capitals, length) gets a mark of its whole name, so that two branches never share an app by their looks.
 */
export function previewName(app: string, branch: string): string {
  const slug = branch
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const plain = `${app}-${slug}`;
  if (slug === branch && isName(plain)) return plain;
  const mark = createHash('sha256').update(branch).digest('hex').slice(0, markLength);
  const room = NAME_MAX - markLength - 1;
  return `${plain.slice(0, room).replace(/-+$/, '')}-${mark}`;
}
