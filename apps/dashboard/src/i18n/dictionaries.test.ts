import { describe, expect, it } from 'vitest';
import { deploymentStatuses } from '#libs/core/deployment-status.js';
import { instanceStatuses } from '#libs/core/instance-status.js';
import { stepFactNames } from '#libs/core/step-facts.js';
import { deploymentSteps } from '#libs/core/steps.js';
import { appFilters } from '#libs/core/app-states.js';
import { changeOutcome } from '#libs/contracts/api/apps.js';
import { stackLayers } from '#libs/contracts/api/explain.js';
import { eventKinds } from '#libs/core/event-kinds.js';
import { en, type MessageKey } from './en/index.ts';
import { formatMessage, type Message } from './format.ts';
import { formatAgo, formatBytes, formatDuration, formatMemory } from './quantities.ts';
import { zhCN } from './zh-CN/index.ts';

const keys = Object.keys(en) as MessageKey[];
const textsOf = (message: Message) =>
  typeof message === 'string' ? [message] : [message.one, message.other];
const placeholders = (message: Message) =>
  [...new Set(textsOf(message).flatMap((text) => text.match(/\{\w+\}/g) ?? []))].sort();

describe('the dictionaries', () => {
  it('have the same keys', () => {
    expect(Object.keys(zhCN).sort()).toEqual([...keys].sort());
  });

  it('use the same placeholders and leave no text empty', () => {
    for (const key of keys) {
      expect(placeholders(zhCN[key]), key).toEqual(placeholders(en[key]));
      for (const text of [...textsOf(en[key]), ...textsOf(zhCN[key])]) expect(text.trim(), key).not.toBe('');
    }
  });

  it('name every word that the server may say', () => {
    const needed = [
      ...appFilters.map((state) => `app.state.${state}`),
      ...changeOutcome.options.map((outcome) => `change.${outcome}`),
      ...deploymentStatuses.map((status) => `deployment.status.${status}`),
      ...deploymentSteps.flatMap((step) => [`step.${step}`, `step.${step}.about`]),
      ...instanceStatuses.map((status) => `instance.status.${status}`),
      ...eventKinds.map((kind) => `event.${kind}`),
      ...stepFactNames.map((name) => `fact.${name}`),
      ...stackLayers.flatMap((layer) => [`layer.${layer}`, `layer.${layer}.about`]),
    ];
    expect(needed.filter((key) => !Object.hasOwn(en, key))).toEqual([]);
  });
});

describe('texts with values', () => {
  it('choose the form by the count and keep a missing value visible', () => {
    const message = { one: '{count} file', other: '{count} files' };
    expect(formatMessage(message, 'en', { count: 1 })).toBe('1 file');
    expect(formatMessage(message, 'en', { count: 1234 })).toBe('1,234 files');
    expect(formatMessage('Hello {name}', 'en')).toBe('Hello {name}');
  });

  it('write quantities as people read them', () => {
    expect(formatBytes(999, 'en')).toBe('999 bytes');
    expect(formatBytes(1_234_567, 'en')).toBe('1.2 MB');
    expect(formatMemory(512 * 1024 * 1024, 'en')).toBe('512 MiB');
    expect(formatDuration(12, 'en')).toBe('12 ms');
    expect(formatDuration(1434, 'en')).toBe('1.43 s');
    expect(formatDuration(125_000, 'en')).toBe('2 min 5 s');
    const now = new Date('2026-11-24T08:00:00Z');
    expect(formatAgo(new Date('2026-11-24T07:57:00Z'), now, 'en')).toBe('3 minutes ago');
  });
});
