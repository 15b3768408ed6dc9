import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Plug, Trash2, Unplug } from 'lucide-react';
import type { AddOnView } from '#libs/contracts/api/addons.js';
import { AppState } from '../apps/app-state.tsx';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Tag } from '../ui/pill.tsx';
import { useDeleteAddOn, useDetach } from './addons.queries.ts';
import { AttachAddOn } from './attach-addon.tsx';

type Attachment = AddOnView['attachments'][number];

/** One add-on: how it is, where it is, and who uses it. */
export function AddOnRow({ addOn }: { addOn: AddOnView }) {
  const t = useT();
  const mayAttach = useCan('config.write', addOn.team);
  const mayDelete = useCan('app.delete', addOn.team);
  const [open, setOpen] = useState<'attach' | 'delete' | null>(null);
  const remove = useDeleteAddOn();
  const close = () => {
    setOpen(null);
    remove.reset();
  };
  return (
    <li className="space-y-2 py-4 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/apps/$app"
          params={{ app: addOn.name }}
          className="font-semibold wrap-anywhere hover:underline"
        >
          {addOn.name}
        </Link>
        <AppState state={addOn.state} />
        <Tag>{t(`addons.kind.${addOn.kind}`)}</Tag>
        <Tag>{addOn.team}</Tag>
        <div className="ml-auto flex gap-1">
          {mayAttach && (
            <Button small onClick={() => setOpen('attach')}>
              <Plug aria-hidden /> {t('addons.attach')}
            </Button>
          )}
          {mayDelete && (
            <IconButton
              small
              label={t('addons.delete', { name: addOn.name })}
              onClick={() => setOpen('delete')}
            >
              <Trash2 aria-hidden />
            </IconButton>
          )}
        </div>
      </div>
      <p className="flex items-center gap-1 text-sm text-ink-soft">
        <code className="min-w-0 wrap-anywhere">{addOn.url}</code>
        <CopyButton text={addOn.url} />
      </p>
      {addOn.state === 'failing' && addOn.reason !== null && (
        <p className="text-sm text-bad wrap-anywhere">{t.say(addOn.reason)}</p>
      )}
      {addOn.attachments.length === 0 ? (
        <p className="text-sm text-ink-soft">{t('addons.unused')}</p>
      ) : (
        <ul aria-label={t('addons.usedBy')} className="flex flex-wrap gap-2 text-sm">
          {addOn.attachments.map((one) => (
            <Used key={`${one.app} ${one.variable}`} by={one} mayDetach={mayAttach} />
          ))}
        </ul>
      )}
      <AttachAddOn addOn={addOn} open={open === 'attach'} onClose={() => setOpen(null)} />
      <Confirm
        open={open === 'delete'}
        title={t('addons.deleteTitle', { name: addOn.name })}
        action={t('addons.deleteAction')}
        typed={addOn.name}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(addOn.name, { onSuccess: close })}
        onClose={close}
      >
        {t('addons.deleteAbout')}
      </Confirm>
    </li>
  );
}

function Used({ by, mayDetach }: { by: Attachment; mayDetach: boolean }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const detach = useDetach();
  const { app, variable } = by;
  const close = () => {
    setAsking(false);
    detach.reset();
  };
  return (
    <li className="flex items-center gap-1 rounded-lg border border-line bg-sunken py-0.5 pl-2.5">
      <Link to="/apps/$app" params={{ app }} className="text-accent hover:underline">
        {app}
      </Link>
      <code className="text-ink-soft">{variable}</code>
      {mayDetach && (
        <IconButton small label={t('addons.detach', { app })} onClick={() => setAsking(true)}>
          <Unplug aria-hidden />
        </IconButton>
      )}
      <Confirm
        open={asking}
        title={t('addons.detach', { app })}
        action={t('addons.detachAction')}
        danger
        busy={detach.isPending}
        error={detach.error}
        onConfirm={() => detach.mutate(by, { onSuccess: close })}
        onClose={close}
      >
        {t('addons.detachAbout', { variable })}
      </Confirm>
    </li>
  );
}
