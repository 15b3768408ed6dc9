import { PassThrough } from 'node:stream';
import type { ExecProcess, ExecSpec, OutputChunk, TerminalSize } from '../port.js';
import type { MemoryProgram } from './memory-engine.js';

/** A command in a container of the memory engine: does what its program says. */
export class MemoryExec implements ExecProcess {
  readonly id: string;
  readonly output: AsyncIterable<OutputChunk>;
  readonly #chunks = new PassThrough({ objectMode: true, highWaterMark: 4 });
  #exitCode: number | null = null;

  constructor(
    private readonly spec: ExecSpec,
    private readonly program: MemoryProgram | null,
    private readonly onEnd: (exec: MemoryExec) => void,
    /** Begun by the start of the container that it is. */
    begun = true,
  ) {
    this.id = spec.id;
    this.output = this.#chunks.iterator({ destroyOnReturn: false }) as AsyncIterable<OutputChunk>;
    if (begun) this.begin();
  }

  begin(): void {
    const { program, spec } = this;
    for (const { stream, text } of program?.lines ?? []) this.#print(`${text}\n`, stream);
    if (program === null) this.#print(`no such command: ${spec.command[0]}\n`);
    if (program?.tellsStdin) this.#print(spec.terminal === null ? 'streams\n' : 'terminal\n');
    const exits = program === null ? 127 : program.tellsStdin ? 0 : program.exits;
    if (exits !== undefined) this.finish(exits);
  }

  get exitCode(): number | null {
    return this.#exitCode;
  }

  get running(): boolean {
    return this.#exitCode === null;
  }

  async write(data: Uint8Array): Promise<void> {
    if (!this.program?.echoes || !this.running) return;
    if (this.#chunks.write({ stream: 'stdout', data: Buffer.from(data) })) return;
    await new Promise<void>((resolve) => this.#chunks.once('drain', resolve).once('close', resolve));
  }

  end(): void {
    if (this.program?.echoes) this.finish(0);
  }

  async resize({ columns, rows }: TerminalSize): Promise<void> {
    if (this.program?.tellsSize && this.spec.terminal !== null) this.#print(`${rows} ${columns}\n`);
  }

  close(): void {
    this.#chunks.destroy();
  }

  async state(): Promise<{ running: boolean; exitCode: number | null }> {
    return { running: this.running, exitCode: this.#exitCode };
  }

  async kill(): Promise<boolean> {
    this.finish(137);
    return true;
  }

  finish(exitCode: number): void {
    if (!this.running) return;
    this.#exitCode = exitCode;
    this.#chunks.end();
    this.onEnd(this);
  }

  #print(text: string, stream: OutputChunk['stream'] = 'stdout'): void {
    if (!this.running) return;
    const terminal = this.spec.terminal !== null;
    const data = Buffer.from(terminal ? text.replaceAll('\n', '\r\n') : text);
    this.#chunks.write({ stream: terminal ? 'stdout' : stream, data });
  }
}
