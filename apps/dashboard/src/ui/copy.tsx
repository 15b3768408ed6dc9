import { useEffect, useState } from 'react';
import { Check, Copy } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from './button.tsx';

/** Copies a text; says so for a moment. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Plain HTTP on a host other than localhost has no clipboard: select by hand.
      setState('failed');
    }
  };
  return (
    <span className="inline-flex items-center">
      <IconButton small label={label ?? t('action.copy')} onClick={() => void copy()}>
        {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
      </IconButton>
      <span role="status" className="text-xs text-ink-soft">
        {state === 'copied' ? t('action.copied') : state === 'failed' ? t('action.copyFailed') : ''}
      </span>
    </span>
  );
}

/** A text to copy, in a box of its own. */
export function CopyLine({ text, label }: { text: string; label?: string }) {
  return (
    <div className="flex min-w-0 items-center gap-1 rounded-lg border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 py-1 text-[0.8125rem] wrap-anywhere whitespace-pre-wrap">{text}</code>
      <CopyButton text={text} {...(label === undefined ? {} : { label })} />
    </div>
  );
}
