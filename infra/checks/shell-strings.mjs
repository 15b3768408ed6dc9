import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Ways to hand a string to a shell. Berth starts programs with argument arrays only: a name or a path that somebody
 * chose must never be read as a command.
 */
const ways = [
  { pattern: /\b(?:child_process|cp)\.exec(?:Sync)?\s*\(/, says: 'child_process.exec runs a shell' },
  {
    pattern: /import\s*\{[^}]*\bexec(?:Sync)?\b[^}]*\}\s*from\s*['"](?:node:)?child_process['"]/,
    says: 'exec runs a shell',
  },
  { pattern: /\bshell\s*:\s*(true\b|['"`]\/|process\.env)/, says: 'the option shell runs a shell' },
  {
    pattern: /(?:spawn|execFile)(?:Sync)?\s*\(\s*['"`](?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z)?sh['"`]/,
    says: 'a shell is started',
  },
];

/** Lines that start a shell; a comment `shell-ok: why` on the line or above it lets one pass. */
export function shellStrings(text) {
  const lines = text.split('\n');
  const found = [];
  for (const [i, line] of lines.entries()) {
    if (/shell-ok: \S/.test(line) || /shell-ok: \S/.test(lines[i - 1] ?? '')) continue;
    if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
    for (const { pattern, says } of ways)
      if (pattern.test(line)) found.push({ line: i + 1, says, text: line.trim() });
  }
  return found;
}

/** @param {string} root @param {string[]} files relative to it */
export async function findShellStrings(root, files) {
  const found = [];
  for (const file of files) {
    if (!/\.(ts|tsx|mjs|cjs|js)$/.test(file)) continue;
    for (const one of shellStrings(await readFile(join(root, file), 'utf8')))
      found.push(`${file}:${one.line} ${one.says}: ${one.text}`);
  }
  return found;
}
