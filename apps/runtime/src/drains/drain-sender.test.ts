import { expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import { DrainSender } from './drain-sender.js';

const line = (number: number): InstanceLogLine => ({
  ...{ at: '2026-01-02T03:04:05.123456789Z', instance: 'i', process: 'web', release: 1, stream: 'stdout' },
  text: String(number),
});

it('what is printed faster than it is sent waits up to a limit; then the oldest lines go, and the receiver is told how many, and where', async () => {
  const got: InstanceLogLine[] = [];
  const take = (lines: readonly InstanceLogLine[]) => Promise.resolve(void got.push(...lines));
  const sender = new DrainSender({ send: take, close: () => undefined });
  const numbers = Array.from({ length: 12_000 }, (_, index) => index);
  // More than it is asked to take meanwhile.
  sender.add(numbers.map(line));
  await waitFor('the last line', () => got.at(-1)?.text === '11999', { timeoutMs: 20_000 });
  sender.stop();
  const [first, ...rest] = got;
  expect(first).toMatchObject({ process: 'berth', text: expect.stringMatching(/^7000 lines were dropped/) });
  expect(rest.map(({ text }) => Number(text))).toEqual(numbers.slice(-5_000));
  expect(sender.takeCounts()).toEqual({ sent: 5_000, dropped: 7_000, reason: null });
});
