import { useState, type ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { Dialog } from '../ui/dialog.tsx';
import { CheckField } from '../ui/field.tsx';
import { chooseSingleKeys, singleKeysOn } from './chosen.ts';
import { addressOf, places } from './shortcuts.ts';

/** All keys that do something here, and the switch for the single ones. */
export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} wide>
      <Keys />
    </Dialog>
  );
}

function Keys() {
  const t = useT();
  const { user, teams } = useSession();
  const { app, team } = useParams({ strict: false });
  const [on, setOn] = useState(singleKeysOn);
  const shown = { app, team: team ?? teams[0]?.slug };
  const general = [
    { keys: ['Ctrl', 'K'], does: t('palette.title') },
    { keys: ['/'], does: t('keys.search') },
    { keys: ['n'], does: t('shell.new') },
    ...(app === undefined ? [] : [{ keys: ['d'], does: t('deploy.action') }]),
    { keys: ['?'], does: t('keys.title') },
    { keys: ['Esc'], does: t('action.close') },
  ];
  const reached = places.filter(
    ({ to }) => addressOf(to, shown) !== null && (to !== '/platform' || user.admin),
  );
  return (
    <div className="space-y-5 text-sm">
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <List rows={general} />
        <List rows={reached.map(({ key, label }) => ({ keys: ['g', key], does: t(label) }))} />
      </div>
      <CheckField
        label={t('keys.single')}
        checked={on}
        onChange={({ target: { checked } }) => {
          chooseSingleKeys(checked);
          setOn(checked);
        }}
      />
    </div>
  );
}

function List({ rows }: { rows: { keys: string[]; does: ReactNode }[] }) {
  return (
    <dl className="grid content-start gap-y-1.5">
      {rows.map(({ keys, does }) => (
        <div key={keys.join(' ')} className="flex items-center justify-between gap-4">
          <dt className="text-ink-soft">{does}</dt>
          <dd className="flex gap-1">
            {keys.map((key) => (
              <kbd
                key={key}
                className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 text-center"
              >
                {key}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
