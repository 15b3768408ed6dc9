import { createContext, use, useCallback, useState, type ReactNode } from 'react';
import { CircleCheck, TriangleAlert, X } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';

interface Notice {
  id: number;
  tone: 'ok' | 'bad';
  text: ReactNode;
}
type Notify = (text: ReactNode, tone?: Notice['tone']) => void;

const NotifyContext = createContext<Notify>(() => undefined);
const SHOWN_MS = 6000;
let nextId = 1;

/** Short news at the corner of the page, read out by screen readers. Errors stay until they are closed. */
export function NoticeProvider({ children }: { children: ReactNode }) {
  const t = useT();
  const [notices, setNotices] = useState<Notice[]>([]);
  const close = useCallback(
    (id: number) => setNotices((all) => all.filter((notice) => notice.id !== id)),
    [],
  );
  const notify = useCallback<Notify>(
    (text, tone = 'ok') => {
      const id = nextId++;
      setNotices((all) => [...all.slice(-3), { id, tone, text }]);
      if (tone === 'ok') setTimeout(() => close(id), SHOWN_MS);
    },
    [close],
  );

  return (
    <NotifyContext value={notify}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-end gap-2"
      >
        {notices.map((notice) => (
          <div
            key={notice.id}
            className={classes(
              'pointer-events-auto flex max-w-md items-start gap-3 rounded-lg border bg-surface py-2 pr-2 pl-3 text-sm shadow-card',
              notice.tone === 'ok' ? 'border-ok-dot/50' : 'border-bad-dot/60',
            )}
          >
            {notice.tone === 'ok' ? (
              <CircleCheck aria-hidden className="mt-1.5 size-4 shrink-0 text-ok" />
            ) : (
              <TriangleAlert aria-hidden className="mt-1.5 size-4 shrink-0 text-bad" />
            )}
            <div className="min-w-0 py-1 wrap-anywhere">{notice.text}</div>
            <IconButton small label={t('action.close')} onClick={() => close(notice.id)}>
              <X aria-hidden />
            </IconButton>
          </div>
        ))}
      </div>
    </NotifyContext>
  );
}

/** Says something to the user at the corner of the page. */
export function useNotify(): Notify {
  return use(NotifyContext);
}
