import { en, type MessageKey } from './en/index.ts';
import type { Translate } from './i18n.tsx';

/** The name of something that a step, an event or the stack says about itself; a key that has none yet as plain words. */
export function factName(key: string, t: Translate): string {
  return factWord(key, t) ?? words(key);
}

/** Values that are words of Berth's own have names too: `thawed`, `pulled`. Null: it is not one of them. */
export function factWord(word: string, t: Translate): string | null {
  const key = `fact.${word}`;
  return Object.hasOwn(en, key) ? t(key as MessageKey) : null;
}

/** `writableLayer` as "writable layer". */
function words(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
