import { createHash } from 'node:crypto';
import { contextEntries, type ContextInput } from './context-tar.js';

/**
 * Stands for everything that a build context holds, without reading a file: equal ids, equal contexts but for their times. Null when
 * the tree does not know its files' contents beforehand.
 */
export function contextId(
  input: Pick<ContextInput, 'tree' | 'sourceFolder' | 'extraFiles' | 'ignored'>,
): string | null {
  const hash = createHash('sha256');
  const add = (...words: string[]): void => void hash.update(`${JSON.stringify(words)}\n`);
  add(input.sourceFolder);
  for (const [path, content] of Object.entries(input.extraFiles).sort()) add('own', path, content);
  for (const { path, kind, executable, target, contentId } of contextEntries(input)) {
    if (kind === 'symlink') add('link', path, target ?? '');
    else if (contentId === null) return null;
    else add(executable ? 'program' : 'file', path, contentId);
  }
  return hash.digest('hex');
}
