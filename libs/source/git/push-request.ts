import { BerthError } from '#libs/core/errors.js';
import { isOid, NO_COMMIT } from './refs.js';
import { PacketDecoder, type Packet } from './pkt-line.js';

export interface RefCommand {
  ref: string;
  /** null: the ref shall be created. */
  from: string | null;
  /** null: the ref shall be deleted. */
  to: string | null;
}

/** What a client asks for, ahead of the pack. */
export interface PushRequest {
  commands: RefCommand[];
  capabilities: Set<string>;
  /** `git push -o …` */
  options: string[];
  /** Everything read so far, for receive-pack, which starts with it: the above as it came, and the first bytes of the pack. */
  head: Buffer;
}

/** Room for some 20,000 refs: more than any app has, little enough to hold. */
const HEAD_MAX = 4 * 1024 * 1024;
const OPTIONS_MAX = 50;

/**
 * Reads commands and options from the start of a push. The rest of `body` stays in it for the caller. Throws `git_protocol`, or
 * what the body throws.
 */
export async function readPushRequest(body: AsyncIterator<Buffer>): Promise<PushRequest> {
  const reader = new HeadReader(body);
  const commands: RefCommand[] = [];
  let capabilities = new Set<string>();
  for (let packet = await reader.next(); packet?.kind === 'data'; packet = await reader.next()) {
    const line = packet.data.toString('utf8').replace(/\n$/, '');
    if (line.startsWith('shallow ')) continue;
    const [command = '', given] = line.split('\0');
    if (given !== undefined) capabilities = new Set(given.split(' ').filter(Boolean));
    commands.push(parseCommand(command));
  }
  const options: string[] = [];
  if (commands.length > 0 && capabilities.has('push-options')) {
    for (let packet = await reader.next(); packet?.kind === 'data'; packet = await reader.next()) {
      if (options.length >= OPTIONS_MAX) throw malformed('too many push options');
      options.push(packet.data.toString('utf8').replace(/\n$/, ''));
    }
  }
  return { commands, capabilities, options, head: reader.taken() };
}

function parseCommand(line: string): RefCommand {
  const [from = '', to = '', ref = ''] = line.split(' ');
  if (!isOid(from) || !isOid(to) || !ref.startsWith('refs/') || line.length !== 82 + ref.length)
    throw malformed('a command that is none');
  return { ref, from: from === NO_COMMIT ? null : from, to: to === NO_COMMIT ? null : to };
}

class HeadReader {
  private readonly decoder = new PacketDecoder();
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly body: AsyncIterator<Buffer>) {}

  async next(): Promise<Packet | null> {
    for (;;) {
      const packet = this.decoder.next();
      if (packet) return packet;
      const { value, done } = await this.body.next();
      if (done) {
        if (this.length > 0 && this.decoder.pending > 0) throw malformed('it ends early');
        return null;
      }
      this.length += value.length;
      if (this.length > HEAD_MAX) throw malformed('it names too many refs; push them in several parts');
      this.chunks.push(value);
      this.decoder.push(value);
    }
  }

  taken(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

function malformed(why: string): BerthError {
  return new BerthError('git_protocol', `The push is not one that Berth understands: ${why}.`);
}
