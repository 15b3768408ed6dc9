import { describe, expect, it } from 'vitest';
import type { EventView } from '#libs/contracts/api/events.js';
import { translator } from '../i18n/translate.ts';
import { plainTeller } from '../i18n/server-words.ts';
import { zhCN } from '../i18n/zh-CN/index.ts';
import { eventFacts } from './event-facts.ts';

const event = (kind: EventView['kind'], data: EventView['data']) => ({ kind, data }) as EventView;
const chinese = (shown: EventView) =>
  eventFacts(
    shown,
    translator(
      zhCN,
      'zh-CN',
      plainTeller(async () => undefined),
    ),
  );

describe('what an event carries', () => {
  it('is told in the words of the page, without ids and what is as always', () => {
    const crashed = { instanceId: 'x', status: 'crashed', process: 'web', exitCode: 3, restarts: 0 };
    expect(chinese(event('instance.status', crashed))).toBe('状态: 已崩溃 · 进程类型: web · 退出码: 3');
  });

  it('keeps words that the page does not know', () => {
    expect(chinese(event('app.updated', { somethingNew: 'here' }))).toBe('something new: here');
  });
});
