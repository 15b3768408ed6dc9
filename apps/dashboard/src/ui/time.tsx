import { useSyncExternalStore } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { formatAgo, formatBytes, formatDuration, formatMemory, formatMoment } from '../i18n/quantities.ts';

/** One clock for all times on the page; ticks each second while something shows a time. */
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** Milliseconds since 1970, renewed each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** Clocks of browser and server differ by less: what lies ahead by no more has just happened. */
const SKEW_MS = 60_000;

/** "3 minutes ago", "in 7 days", with the exact local time on hover. */
export function Ago({ at }: { at: string }) {
  const { language } = useI18n();
  const current = useNow();
  const date = new Date(at);
  const ahead = date.getTime() - current;
  const now = new Date(ahead > 0 && ahead < SKEW_MS ? date.getTime() : current);
  return (
    <time dateTime={at} title={formatMoment(date, language, true)} className="whitespace-nowrap">
      {formatAgo(date, now, language)}
    </time>
  );
}

/** A time of day and its date, as the reader's region writes them. */
export function Moment({ at }: { at: string }) {
  const { language } = useI18n();
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatMoment(new Date(at), language)}
    </time>
  );
}

/** A length of time; with `since` it runs on. */
export function Duration({ ms, since }: { ms: number | null; since?: string | null }) {
  if (ms === null) return since ? <Running since={since} /> : null;
  return <Length ms={ms} />;
}

function Running({ since }: { since: string }) {
  const current = useNow();
  return <Length ms={Math.max(0, current - Date.parse(since))} />;
}

function Length({ ms }: { ms: number }) {
  const { language } = useI18n();
  return <span className="whitespace-nowrap tabular-nums">{formatDuration(ms, language)}</span>;
}

export function Bytes({ value }: { value: number }) {
  const { language } = useI18n();
  return <span className="whitespace-nowrap tabular-nums">{formatBytes(value, language)}</span>;
}

export function Memory({ bytes }: { bytes: number }) {
  const { language } = useI18n();
  return <span className="whitespace-nowrap tabular-nums">{formatMemory(bytes, language)}</span>;
}
