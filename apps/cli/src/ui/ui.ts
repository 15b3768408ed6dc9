import { styleFor, wantsColour, type Style } from './style.js';
import { LiveLine } from './live-line.js';
import { table, type Column } from './table.js';
import { safe } from './text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The ends that this program has. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * Where words go. Results go to standard output, so that they can be piped; everything said meanwhile goes to standard error.
 * With --json standard output carries JSON alone.
 */
export class Ui {
  readonly out: Style;
  readonly err: Style;
  readonly live: LiveLine;
  #stdin: NodeJS.ReadStream | null = null;

  constructor(
    private readonly streams: Streams,
    private readonly env: Environment,
    readonly json: boolean,
  ) {
    const { stdout, stderr } = streams;
    this.out = styleFor(wantsColour(stdout.isTTY, env));
    this.err = styleFor(wantsColour(stderr.isTTY, env));
    const moves = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
    this.live = new LiveLine(stderr, moves);
  }

  /** Node opens it when it is first asked for, which most commands need not pay for. */
  get stdin(): NodeJS.ReadStream {
    return (this.#stdin ??= this.streams.stdin);
  }

  /** All three, for a command that is joined to them. */
  get ends(): Streams {
    const { stdout, stderr } = this.streams;
    return { stdin: this.stdin, stdout, stderr };
  }

  /** Can questions be asked? */
  get asks(): boolean {
    return this.streams.stderr.isTTY && !this.env['CI'] && this.stdin.isTTY;
  }

  /** A terminal that was asked a question, or a stream that was left, must not keep the process. */
  close(): void {
    this.live.stop();
    this.#stdin?.unref?.();
  }

  /** Columns of the terminal that results go to; null when they go elsewhere and must not be cut. */
  get columns(): number | null {
    return this.streams.stdout.isTTY ? this.streams.stdout.columns || 80 : null;
  }

  /** Columns to lay prose and drawings out for. */
  get room(): number {
    return Math.max(40, Math.min(this.columns ?? 80, 120));
  }

  /** Do colours of an app's own lines reach a terminal that shows them? */
  get keepsColours(): boolean {
    return wantsColour(this.streams.stdout.isTTY, this.env);
  }

  /** A line of the result. */
  print(line = ''): void {
    this.live.above(() => void this.streams.stdout.write(`${line}\n`));
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
    this.live.above(() => void this.streams.stderr.write(`${line}\n`));
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
