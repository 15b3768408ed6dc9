import { useState } from 'react';
import { Eye, EyeOff } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import type { ConfigDiff } from './staged.ts';

const marks = { added: '+', changed: '~', removed: '−' } as const;
const looks = { added: 'text-ok', changed: 'text-busy', removed: 'text-bad' } as const;

/** Staged changes with the value now and the value then, side by side. Any value may be a secret: all are hidden until asked for. */
export function ChangesTable({ diff }: { diff: ConfigDiff[] }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <div className="space-y-2">
      <div className="max-h-64 overflow-auto" role="region" tabIndex={0} aria-label={t('config.values')}>
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="text-xs text-ink-soft">
              <th scope="col" className="pr-4 pb-1 font-medium">
                {t('config.key')}
              </th>
              <th scope="col" className="w-2/5 pr-4 pb-1 font-medium">
                {t('config.before')}
              </th>
              <th scope="col" className="w-2/5 pb-1 font-medium">
                {t('config.after')}
              </th>
            </tr>
          </thead>
          <tbody className="align-top font-mono">
            {diff.map(({ key, kind, before, after }) => (
              <tr key={key} className="border-t border-line">
                <th scope="row" className={classes('py-1 pr-4 font-semibold wrap-anywhere', looks[kind])}>
                  <span aria-hidden>{marks[kind]}</span>
                  <span className="sr-only">{t(`config.${kind}`)}</span> {key}
                </th>
                <td className="py-1 pr-4 text-bad">
                  <Value value={before} shown={shown} />
                </td>
                <td className="py-1 text-ok">
                  <Value value={after} shown={shown} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Button small look="quiet" aria-pressed={shown} onClick={() => setShown(!shown)}>
        {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        {t(shown ? 'config.hideValues' : 'config.showValues')}
      </Button>
    </div>
  );
}

function Value({ value, shown }: { value: string | null; shown: boolean }) {
  const t = useT();
  if (value === null) return <span className="text-ink-soft">–</span>;
  if (shown) return <span className="whitespace-pre-wrap wrap-anywhere">{value === '' ? '""' : value}</span>;
  return (
    <>
      <span aria-hidden>••••••••</span>
      <span className="sr-only">{t('config.hidden')}</span>
    </>
  );
}
