import type { SendHandle } from 'node:child_process';
import type { Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import type { Server as TcpServer } from 'node:net';

export interface Place {
  host: string;
  port: number;
}

/** Says which socket is to be kept (it comes along), or is not wanted any more. */
type Tell = (word: { keep: string } | { drop: string }, socket?: SendHandle) => void;

/**
 * The sockets that this process listens on. Where a supervisor keeps them (infra/lib/kept-sockets.mjs) they outlive it: the next process goes on with the
 * same ones, and who called meanwhile has waited in the kernel's queue. Else they are made here, and end here.
 */
export class KeptSockets {
  /** What the process before left and nobody has taken yet: file descriptors by name. */
  readonly #inherited: Map<string, number>;
  readonly #tell: Tell | null;

  constructor(inherited: Record<string, number> = {}, tell: Tell | null = null) {
    this.#inherited = new Map(Object.entries(inherited));
    this.#tell = tell;
  }

  /** Those of this process; the supervisor that started it may be gone. */
  static own(): KeptSockets {
    const inherited = process.env['BERTH_SOCKETS'];
    if (inherited === undefined) return new KeptSockets();
    // They are this process's, and no child's of it.
    delete process.env['BERTH_SOCKETS'];
    return new KeptSockets(JSON.parse(inherited) as Record<string, number>, (word, socket) => {
      if (process.connected) process.send?.(word, socket, {}, () => undefined);
    });
  }

  /** Was a TCP socket of this place left to us? */
  inherits(place: Place): boolean {
    return this.#inherited.has(nameOf('tcp', place));
  }

  /**
   * Has the server listen at a place; rejects when it cannot.
   * @param how `shared`: a process that takes over without inheriting can listen beside this one
   */
  async listen(
    server: TcpServer,
    place: Place,
    { backlog, shared = false }: { backlog?: number; shared?: boolean } = {},
  ): Promise<void> {
    const name = nameOf('tcp', place);
    const fd = this.#take(name);
    if (fd === undefined) server.listen({ ...place, reusePort: shared, backlog });
    else server.listen({ fd }, backlog);
    await once(server, 'listening');
    if (fd === undefined) this.#tell?.({ keep: name }, handleOf(server));
  }

  /** The same for UDP. */
  async bind(socket: UdpSocket, place: Place): Promise<void> {
    const name = nameOf('udp', place);
    const fd = this.#take(name);
    if (fd === undefined) socket.bind(place.port, place.host);
    else socket.bind({ fd });
    await once(socket, 'listening');
    if (fd === undefined) this.#tell?.({ keep: name }, handleOf(socket));
  }

  /** Nobody is to listen there any more. */
  drop(place: Place): void {
    for (const kind of ['tcp', 'udp'] as const) this.#tell?.({ drop: nameOf(kind, place) });
  }

  /** What nobody has taken by now was for somebody who is gone. */
  dropRest(): void {
    for (const [name, fd] of this.#inherited) {
      closeSync(fd);
      this.#tell?.({ drop: name });
    }
    this.#inherited.clear();
  }

  #take(name: string): number | undefined {
    const fd = this.#inherited.get(name);
    this.#inherited.delete(name);
    return fd;
  }
}

function nameOf(kind: 'tcp' | 'udp', { host, port }: Place): string {
  return `${kind} ${host}:${port}`;
}

/** Node's bare handle, as its cluster module passes it on: whoever gets a `net.Server` begins to take connections. */
function handleOf(socket: TcpServer | UdpSocket): SendHandle {
  return (socket as unknown as { _handle: SendHandle })._handle;
}
