import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket, FLUSH } from './pkt-line.js';
import { readPushRequest } from './push-request.js';
import { NO_COMMIT } from './refs.js';

const oid = fc.stringMatching(/^[0-9a-f]{40}$/).filter((id) => id !== NO_COMMIT);
const ref = fc.stringMatching(/^refs\/heads\/[a-z/.-]{1,20}$/);
const command = fc.record({ ref, from: fc.option(oid), to: fc.option(oid) });

async function* stream(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function head(
  commands: { ref: string; from: string | null; to: string | null }[],
  capabilities: string,
  options?: string[],
): Buffer {
  return Buffer.concat([
    ...commands.map(({ ref, from, to }, index) =>
      encodePacket(
        `${from ?? NO_COMMIT} ${to ?? NO_COMMIT} ${ref}${index === 0 ? `\0${capabilities}` : ''}\n`,
      ),
    ),
    FLUSH,
    ...(options ? [...options.map((option) => encodePacket(option)), FLUSH] : []),
  ]);
}

async function readAll(body: AsyncGenerator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('readPushRequest', () => {
  it('reads commands, capabilities and options, and hands every byte on, however the request is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 1, maxLength: 5 }),
        fc.option(fc.array(fc.stringMatching(/^[a-z=]{1,10}$/), { maxLength: 3 }), { nil: undefined }),
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        async (commands, options, pack, size) => {
          const capabilities = `report-status side-band-64k${options ? ' push-options' : ''} agent=git/2`;
          const bytes = Buffer.concat([head(commands, capabilities, options), pack]);
          const body = stream(bytes, size);
          const request = await readPushRequest(body);
          expect(request.commands).toEqual(commands);
          expect(request.options).toEqual(options ?? []);
          expect(request.capabilities).toEqual(new Set(capabilities.split(' ')));
          expect(Buffer.concat([request.head, await readAll(body)])).toEqual(bytes);
        },
      ),
    );
  });

  it('takes the probe of a client that only asks for its credentials', async () => {
    expect((await readPushRequest(stream(FLUSH, 4))).commands).toEqual([]);
  });

  it('passes over the lines of shallow clones', async () => {
    const bytes = Buffer.concat([
      encodePacket(`shallow ${'a'.repeat(40)}`),
      head([{ ref: 'refs/heads/main', from: null, to: 'b'.repeat(40) }], 'report-status'),
    ]);
    expect((await readPushRequest(stream(bytes, 7))).commands).toHaveLength(1);
  });

  it.each([
    ['an unknown command', encodePacket('push-cert\0x')],
    ['a ref that is none', encodePacket(`${NO_COMMIT} ${'b'.repeat(40)} --option\0x`)],
    ['a ref with spaces', encodePacket(`${NO_COMMIT} ${'b'.repeat(40)} refs/heads/a b\0x`)],
    ['a short id', encodePacket(`${NO_COMMIT} abc refs/heads/a\0x`)],
    ['an early end', Buffer.from('00a0half')],
  ])('refuses %s', async (_, bytes) => {
    await expect(readPushRequest(stream(Buffer.from(bytes), 16))).rejects.toMatchObject({
      code: 'git_protocol',
    });
  });

  it('is bounded, however many refs are named', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        const chunk = encodePacket(`${NO_COMMIT} ${'b'.repeat(40)} refs/heads/${sent}`);
        sent += chunk.length;
        yield chunk;
      }
    }
    await expect(readPushRequest(endless())).rejects.toMatchObject({
      message: expect.stringContaining('too many refs'),
    });
    expect(sent).toBeLessThan(5 * 1024 * 1024);
  });
});
