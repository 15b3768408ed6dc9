import { request } from 'node:http';
import { join } from 'node:path';
import { edgeStats, tableAck, type EdgeStats, type RouteTable } from '#libs/contracts/edge.js';

/** A table of a few thousand hosts is taken in milliseconds; longer means that nobody is there. */
const patienceMs = 5_000;
const maxAnswerBytes = 16 * 1024 * 1024;

/** The activator took a table of a later runtime: this one is no longer in charge. */
export class TableRefused extends Error {
  constructor(readonly inForce: { epoch: number; generation: number }) {
    super(`The activator has a newer table: epoch ${inForce.epoch}, generation ${inForce.generation}.`);
    this.name = 'TableRefused';
  }
}

/** Speaks to the activator's control socket (`apps/activator/src/control-server.ts`). */
export class ActivatorClient {
  readonly #socketPath: string;

  constructor(runDir: string) {
    this.#socketPath = join(runDir, 'activator.sock');
  }

  /** Resolves once the table is in force in every process of the edge; throws `TableRefused` when it is too old. */
  async putTable(table: RouteTable): Promise<void> {
    const { status, body } = await this.#ask('PUT', '/table', JSON.stringify(table));
    if (status === 409) throw new TableRefused(tableAck.parse(body));
    if (status !== 200)
      throw new Error(`The activator answered ${status} to a route table: ${JSON.stringify(body)}`);
  }

  async stats(): Promise<EdgeStats> {
    const { status, body } = await this.#ask('GET', '/stats');
    if (status !== 200) throw new Error(`The activator answered ${status} when asked for its counters.`);
    return edgeStats.parse(body);
  }

  /** A connection for each call: one on a unix socket costs nothing, and a kept one may have been closed meanwhile. */
  #ask(method: 'GET' | 'PUT', path: string, content = ''): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) };
      const call = request(
        { socketPath: this.#socketPath, agent: false, method, path, headers, timeout: patienceMs },
        (response) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > maxAnswerBytes) call.destroy(new Error("The activator's answer has no end."));
            else chunks.push(chunk);
          });
          response.once('error', reject);
          response.once('end', () => {
            try {
              resolve({
                status: response.statusCode ?? 0,
                body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
              });
            } catch (error) {
              reject(new Error('The activator did not answer in JSON.', { cause: error }));
            }
          });
        },
      );
      call.once('timeout', () =>
        call.destroy(new Error(`The activator did not answer within ${patienceMs} ms.`)),
      );
      call.once('error', reject);
      call.end(content);
    });
  }
}
