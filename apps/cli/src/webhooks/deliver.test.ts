import { describe, expect, it } from 'vitest';
import type { DeliveryView, WebhookView } from '#libs/contracts/api/webhooks.js';
import type { Context } from '../frame/context.js';
import { deliver } from './deliver.js';

const found = { webhook: { id: 'hook', enabled: true } as WebhookView, path: '/v1/w' };
const waiting = { id: 'one', status: 'waiting', httpStatus: null, reason: null, nextAt: null };

/** A platform on which the delivery looks so, at one look after the other; and what is said. */
function platform(...looks: Partial<DeliveryView>[]): { context: Context; said: string[] } {
  const said: string[] = [];
  const note = (line: string): void => void said.push(line);
  const ui = { done: note, warn: note, say: note, result: (_: unknown, show: () => void) => show() };
  const api = {
    post: () => Promise.resolve(waiting),
    list: () =>
      Promise.resolve([
        { ...waiting, id: 'other' },
        { ...waiting, ...looks.shift() },
      ]),
  };
  return { context: { ui, api, signal: new AbortController().signal } as unknown as Context, said };
}

describe('a delivery that was asked for', () => {
  it('is waited for until it was tried', async () => {
    const { context, said } = platform({}, { status: 'delivered', httpStatus: 204 });
    expect(await deliver(context, found, 'test')).toBe('ok');
    expect(said).toEqual(['It was taken, with status 204.']);
  });

  it('that is not taken says why, and when it is tried again', async () => {
    const reason = 'It answered with status 500.';
    const { context, said } = platform({ httpStatus: 500, reason, nextAt: '2026-01-02T03:04:05.678Z' });
    expect(await deliver(context, found, 'test')).toBe('failed');
    expect(said).toEqual([expect.stringContaining(reason), expect.stringMatching(/again at \d\d:04:05/)]);
  });

  it('is not made where the webhook is switched off', async () => {
    const off = { ...found, webhook: { ...found.webhook, enabled: false } };
    await expect(deliver(platform().context, off, 'test')).rejects.toMatchObject({ code: 'webhook_off' });
  });
});
