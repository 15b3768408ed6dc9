/**
 * On which line of a TOML text each key stands, for messages about its value: the parser forgets it. The text has been
 * parsed already, so it is valid; any other text gives some answer too, in one pass.
 */
export interface TomlLines {
  /** Line (from 1) of a key, or of the nearest table around it that is written out. */
  of(path: readonly PropertyKey[]): number;
}

export function tomlLines(text: string): TomlLines {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let table: string[] = [];
  for (const { key, line, isTable, isEntry } of statements(text)) {
    if (isEntry) {
      const count = counts.get(nameOf(key)) ?? 0;
      counts.set(nameOf(key), count + 1);
      table = [...key, String(count)];
    } else if (isTable) table = key;
    const path = isTable ? table : [...table, ...key];
    // `a.b = 1` says something about `a` as well.
    for (let length = 1; length <= path.length; length++) {
      const known = nameOf(path.slice(0, length));
      if (!lines.has(known) || length === path.length) lines.set(known, line);
    }
  }
  return {
    of(path) {
      for (let length = path.length; length > 0; length--) {
        const line = lines.get(nameOf(path.slice(0, length)));
        if (line !== undefined) return line;
      }
      return 1;
    },
  };
}

function nameOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('\0');
}

interface Statement {
  key: string[];
  line: number;
  isTable: boolean;
  /** One table of many: `[[table]]`. */
  isEntry: boolean;
}

/** `[table]`, `[[table]]` and `key = value`, each with its line. */
function* statements(text: string): Generator<Statement> {
  const reader = new Reader(text);
  while (!reader.atEnd) {
    if (reader.skip(/[\s\ufeff]+|#[^\n]*/y)) continue;
    const { line } = reader;
    const isEntry = reader.skip(/\[\[[ \t]*/y);
    const isTable = isEntry || reader.skip(/\[[ \t]*/y);
    const key = reader.key();
    if (isTable) reader.skip(/[^\n]*/y);
    else reader.skipValue();
    yield { key, line, isTable, isEntry };
  }
}

const STRING = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;

class Reader {
  line = 1;
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Goes past what the sticky pattern matches here. Is there such a thing? */
  skip(pattern: RegExp): boolean {
    return this.take(pattern) !== '';
  }

  /** `a`, `"b c"` and `'d'`, with dots between them. */
  key(): string[] {
    const parts: string[] = [];
    do {
      this.skip(/[ \t]+/y);
      const quoted = this.take(STRING);
      parts.push(quoted === '' ? this.take(/[^\s.=\]#"']+/y) : quoted.slice(1, -1));
      this.skip(/[ \t]+/y);
    } while (this.skip(/\./y));
    return parts;
  }

  /** To the end of the line on which the value ends: strings and brackets may hold line breaks. */
  skipValue(): void {
    let depth = 0;
    while (!this.atEnd) {
      if (this.skip(STRING) || this.skip(/#[^\n]*/y)) continue;
      const character = this.take(/[\s\S]/y);
      if (character === '[' || character === '{') depth++;
      if (character === ']' || character === '}') depth--;
      if (character === '\n' && depth <= 0) return;
    }
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    for (const character of found) if (character === '\n') this.line++;
    return found;
  }
}
