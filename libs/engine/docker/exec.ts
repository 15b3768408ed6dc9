import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { waitFor } from '#libs/core/wait.js';
import { EngineError, type ExecProcess, type ExecSpec, type TerminalSize } from '../port.js';
import { DockerAttachment } from './attachment.js';
import type { DockerClient } from './client.js';
import { endProcesses, execMark } from './exec-processes.js';

/** A terminal can be sized once its process is there; it comes within this. */
const sizeableMs = 5_000;

/** The Engine notes the end of a process within this. */
const notedMs = 5_000;

/** See `ContainerEngine.exec`. @param initPid the container's first process on this host; null when it is elsewhere */
export async function startExec(
  client: DockerClient,
  container: { id: string; initPid: number | null },
  spec: ExecSpec,
): Promise<ExecProcess> {
  const exec = await client.call(
    'start a command in the container',
    (docker) => docker.getContainer(container.id).exec(execOptions(spec)),
    [404],
  );
  if (exec === null) throw new EngineError('gone', 'The container is gone.');
  const connection = await client.must('start a command in the container', () =>
    exec.start({ hijack: true, stdin: true, Tty: spec.terminal !== null }),
  );
  const running = new DockerExec(client, container, spec, exec, connection as Duplex);
  // Not waited for: a command that ends at once never has a size.
  if (spec.terminal !== null) void running.resize(spec.terminal).catch(() => undefined);
  return running;
}

function execOptions(spec: ExecSpec): Docker.ExecCreateOptions {
  return {
    Cmd: spec.command,
    Env: Object.entries({ ...spec.env, [execMark]: spec.id }).map(([key, value]) => `${key}=${value}`),
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: spec.terminal !== null,
    Privileged: false,
    // The Engine's own keys would hide two of the user's.
    DetachKeys: '',
  };
}

class DockerExec extends DockerAttachment implements ExecProcess {
  constructor(
    private readonly client: DockerClient,
    private readonly container: { id: string; initPid: number | null },
    private readonly spec: ExecSpec,
    private readonly exec: Docker.Exec,
    connection: Duplex,
  ) {
    super(connection, spec.terminal !== null, (size) => this.sized(size));
  }

  async state(): Promise<{ running: boolean; exitCode: number | null }> {
    const { running, exitCode } = await this.look();
    return { running, exitCode: running ? null : exitCode };
  }

  async kill(): Promise<boolean> {
    const { initPid } = this.container;
    if (initPid === null) {
      this.close();
      return false;
    }
    const { running, pid } = await this.look();
    await endProcesses({ initPid, mark: this.spec.id, session: running && pid > 0 ? pid : null });
    this.close();
    // The kernel is quicker than the Engine's own notes. Without the right to end them they go on.
    return waitFor('the Engine to note the end', async () => !(await this.look()).running, {
      timeoutMs: notedMs,
    }).catch(() => false);
  }

  /** 404: it went with its container, or the Engine has forgotten it. */
  private async look(): Promise<{ running: boolean; exitCode: number | null; pid: number }> {
    const raw = await this.client.call('look at the command', () => this.exec.inspect(), [404]);
    return { running: raw?.Running ?? false, exitCode: raw?.ExitCode ?? null, pid: raw?.Pid ?? 0 };
  }

  private async sized({ columns, rows }: TerminalSize): Promise<void> {
    const size = { h: rows, w: columns };
    await waitFor(
      'the terminal to take its size',
      async () => {
        const answer = await this.client
          .call('size the terminal', () => this.exec.resize(size).then(() => true), [404])
          // 500 or 409: its process is not there yet, or not any more.
          .catch(() => false);
        return answer !== false || !(await this.look()).running;
      },
      { timeoutMs: sizeableMs, everyMs: 20 },
    ).catch(() => undefined);
  }
}
