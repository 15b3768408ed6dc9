import { useState, type FormEvent } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { AddOnView } from '#libs/contracts/api/addons.js';
import { addOnAccess } from '#libs/core/add-on.js';
import { appsQuery } from '../apps/apps.queries.ts';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { MoreInView, rowsOf } from '../ui/more.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { useAttach } from './addons.queries.ts';

/** Chooses the app that gets an add-on's URL, and the variable. */
export function AttachAddOn(props: { addOn: AddOnView; open: boolean; onClose: () => void }) {
  const t = useT();
  const { addOn, open, onClose } = props;
  const apps = useInfiniteQuery({ ...appsQuery({ team: addOn.team }), enabled: open });
  return (
    <Dialog open={open} onClose={onClose} title={t('addons.attachTitle', { name: addOn.name })}>
      <Loaded query={apps}>
        {(data) => <AttachForm addOn={addOn} apps={rowsOf(data).map(({ name }) => name)} onClose={onClose} />}
      </Loaded>
      <MoreInView query={apps} />
    </Dialog>
  );
}

function AttachForm({ addOn, apps, onClose }: { addOn: AddOnView; apps: string[]; onClose: () => void }) {
  const t = useT();
  const attach = useAttach();
  const [chosen, setChosen] = useState('');
  const [variable, setVariable] = useState('');
  const app = chosen || (apps[0] ?? '');
  const wrong = attach.error instanceof ApiProblem ? attach.error.fields.variable : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const named = variable.trim();
    attach.mutate(
      { app, addOn: addOn.name, ...(named !== '' && { variable: named }) },
      { onSuccess: onClose },
    );
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <p className="text-sm text-ink-soft">{t('addons.attachAbout')}</p>
      <SelectField label={t('addons.app')} value={app} onChange={({ target }) => setChosen(target.value)}>
        {apps.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('addons.variable')}
        placeholder={addOnAccess[addOn.kind].variable}
        error={wrong}
        value={variable}
        onChange={({ target }) => setVariable(target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {attach.isError && wrong === undefined && <ProblemNote error={attach.error} />}
      <DialogActions>
        <Button onClick={onClose} disabled={attach.isPending}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" look="primary" disabled={app === ''} busy={attach.isPending}>
          {t('addons.attachAction')}
        </Button>
      </DialogActions>
    </form>
  );
}
