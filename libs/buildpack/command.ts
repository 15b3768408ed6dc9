/**
 * How a command line that a user wrote (Procfile, start script) is started: directly where it is plain words, else by the
 * container's own `/bin/sh`, since that is what its author had in mind. This text is the tenant's and runs only in the
 * tenant's container.
 */
export interface UserCommand {
  args: string[];
  /** null when started directly; else the reason for the shell, as "it uses $PORT". */
  shell: string | null;
}

/** Splits a command line into arguments, or wraps it for `/bin/sh -c`. The line is not empty. */
export function userCommand(line: string): UserCommand {
  const words = plainWords(line);
  if (words !== null) return { args: words, shell: null };
  // Without `exec` the shell would stay in between and keep SIGTERM from the app. Only one simple command can be exec'ed.
  const simple =
    !/[;&|<>()`\n{}!#]/.test(line) && !/^\s*[A-Za-z_][A-Za-z0-9_]*=/.test(line) && !/^\s*exec\s/.test(line);
  return { args: ['/bin/sh', '-c', simple ? `exec ${line.trim()}` : line.trim()], shell: shellReason(line) };
}

/** The words of a line that means the same with and without a shell; null when a shell would read more into it. */
export function plainWords(line: string): string[] | null {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const word = /^(?:[A-Za-z0-9_@%+=:,./-]+|'[^']*'|"[^"$`\\!]*")+/.exec(rest)?.[0];
    if (word === undefined) return null;
    rest = rest.slice(word.length);
    if (rest !== '' && !/^[ \t]/.test(rest)) return null;
    rest = rest.trimStart();
    // A leading NAME=value is an assignment to the shell.
    if (words.length === 0 && /^[A-Za-z_][A-Za-z0-9_]*=/.test(word)) return null;
    words.push(
      word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''),
    );
  }
  return words.length === 0 || SHELL_WORDS.has(words[0] as string) ? null : words;
}

/** Commands that only a shell knows. */
const SHELL_WORDS = new Set([
  'cd',
  'exec',
  'export',
  'set',
  'source',
  '.',
  'if',
  'for',
  'while',
  'case',
  'eval',
  'trap',
  'ulimit',
  'umask',
  'time',
]);

function shellReason(line: string): string {
  const variable = /\$\{?([A-Za-z_][A-Za-z0-9_]*)/.exec(line);
  if (variable !== null) return `it uses $${variable[1]}`;
  const operator = /&&|\|\||[;|<>&*?`]/.exec(line);
  if (operator !== null) return `it uses ${operator[0]}`;
  return 'it uses the syntax of a shell';
}
