import { Users } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from './button.tsx';

/** Somebody else changed what is being edited: what is typed stays until it is given up for theirs. */
export function Overtaken({ text, onForget }: { text: string; onForget: () => void }) {
  const t = useT();
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-warn-dot/40 bg-warn-soft px-4 py-3 text-sm text-warn"
    >
      <Users aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 wrap-anywhere">{text}</p>
      <Button small onClick={onForget}>
        {t('settings.takeTheirs')}
      </Button>
    </div>
  );
}
