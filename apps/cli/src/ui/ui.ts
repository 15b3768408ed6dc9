import { styleFor, wantsColour, type Style } from './style.js';
import { LiveLine } from './live-line.js';
import { table, type Column } from './table.js';
import { safe } from './text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where words go. Results go to standard output, so that they can be piped; everything said meanwhile goes to standard error.
 * With --json standard output carries JSON alone.
 */
export class Ui {
  readonly out: Style;
  readonly err: Style;
  readonly live: LiveLine;
  /** Can questions be asked? */
  readonly asks: boolean;

  constructor(
    private readonly stdout: NodeJS.WriteStream,
    private readonly stderr: NodeJS.WriteStream,
    readonly stdin: NodeJS.ReadStream,
    private readonly env: Environment,
    readonly json: boolean,
  ) {
    this.out = styleFor(wantsColour(stdout.isTTY, env));
    this.err = styleFor(wantsColour(stderr.isTTY, env));
    const moves = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
    this.live = new LiveLine(stderr, moves);
    this.asks = stdin.isTTY && stderr.isTTY && !env['CI'];
  }

  /** Columns of the terminal that results go to; null when they go elsewhere and must not be cut. */
  get columns(): number | null {
    return this.stdout.isTTY ? this.stdout.columns || 80 : null;
  }

  /** Columns to lay prose and drawings out for. */
  get room(): number {
    return Math.max(40, Math.min(this.columns ?? 80, 120));
  }

  /** Do colours of an app's own lines reach a terminal that shows them? */
  get keepsColours(): boolean {
    return wantsColour(this.stdout.isTTY, this.env);
  }

  /** A line of the result. */
  print(line = ''): void {
    this.live.above(() => void this.stdout.write(`${line}\n`));
  }

  /** What others wrote, as it is; at a terminal without what could command it. */
  value(text: string): void {
    this.print(
      this.columns === null
        ? text
        : text
            .split('\n')
            .map((line) => safe(line))
            .join('\n'),
    );
  }

  /** A line about what is going on. */
  say(line = ''): void {
    this.live.above(() => void this.stderr.write(`${line}\n`));
  }

  done(line: string): void {
    this.say(`${this.err.green('✓')} ${line}`);
  }

  warn(line: string): void {
    this.say(`${this.err.yellow('!')} ${line}`);
  }

  /** What programs read instead of lines: the whole answer. */
  document(value: unknown): void {
    this.print(JSON.stringify(value, null, 2));
  }

  /** One message of a stream, on a line of its own. */
  message(value: unknown): void {
    this.print(JSON.stringify(value));
  }

  /** A result as JSON with --json, else as `show` prints it. */
  result(value: unknown, show: () => void): void {
    if (this.json) this.document(value);
    else show();
  }

  /** A list as a table, or a sentence when it is empty. */
  list<T>(rows: readonly T[], columns: readonly Column<T>[], whenEmpty: string): void {
    if (this.json) return this.document(rows);
    if (rows.length === 0) return this.say(whenEmpty);
    for (const line of table(rows, columns, { columns: this.columns, heading: this.out.dim }))
      this.print(line);
  }

  /** Facts under each other, the names lined up. */
  facts(facts: readonly (readonly [name: string, value: string | null | undefined])[]): void {
    const shown = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
    const widest = Math.max(0, ...shown.map(([name]) => name.length));
    for (const [name, value] of shown) this.print(`${this.out.dim(name.padEnd(widest))}  ${value}`);
  }
}
