import type { QuotaChange } from '#libs/contracts/quota.js';
import { quotaKeys, type QuotaKey } from '#libs/core/quota.js';

/** A limit as it stands in the form: without a text and not unlimited it is the default. */
export interface QuotaField {
  text: string;
  unlimited: boolean;
}
type Form = Record<QuotaKey, QuotaField>;

/** What to send: the limits that are others than before. */
export function quotaChangeOf(before: Form, form: Form): QuotaChange {
  const changed = quotaKeys.filter((key) => valueOf(form[key]) !== valueOf(before[key]));
  return Object.fromEntries(changed.map((key) => [key, valueOf(form[key])]));
}

function valueOf({ text, unlimited }: QuotaField): number | 'unlimited' | null {
  if (unlimited) return 'unlimited';
  return text.trim() === '' ? null : Number(text);
}
