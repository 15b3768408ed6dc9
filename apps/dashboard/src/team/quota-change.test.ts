import { describe, expect, it } from 'vitest';
import { quotaKeys, type QuotaKey } from '#libs/core/quota.js';
import { quotaChangeOf, type QuotaField } from './quota-change.ts';

const form = (set: Partial<Record<QuotaKey, Partial<QuotaField>>> = {}) =>
  Object.fromEntries(quotaKeys.map((key) => [key, { text: '', unlimited: false, ...set[key] }])) as Record<
    QuotaKey,
    QuotaField
  >;

describe('a change of a quota', () => {
  it('says only what is another than before: a number, no limit, or the default', () => {
    const before = form({ apps: { text: '10' }, domains: { unlimited: true }, cpus: { text: '2' } });
    const after = form({ apps: { unlimited: true, text: '10' }, domains: {}, cpus: { text: '2.5' } });
    expect(quotaChangeOf(before, after)).toEqual({ apps: 'unlimited', domains: null, cpus: 2.5 });
    expect(quotaChangeOf(before, before)).toEqual({});
  });

  it('takes a limit away that was the default, and gives it back', () => {
    expect(quotaChangeOf(form(), form({ apps: { unlimited: true } }))).toEqual({ apps: 'unlimited' });
    expect(quotaChangeOf(form({ apps: { unlimited: true } }), form())).toEqual({ apps: null });
  });
});
