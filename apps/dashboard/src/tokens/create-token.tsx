import { useState, type FormEvent } from 'react';
import { scopes, type Scope } from '#libs/core/roles.js';
import { useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useCreateToken } from './tokens.queries.ts';

const days = [7, 30, 90, 365] as const;

export function CreateToken() {
  const t = useT();
  const { teams } = useSession();
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('write');
  const [team, setTeam] = useState('');
  const [expires, setExpires] = useState('90');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      {
        name: name.trim(),
        scopes: [scope],
        ...(team === '' ? {} : { team }),
        ...(expires === '' ? {} : { expiresInDays: Number(expires) }),
      },
      { onSuccess: () => setName('') },
    );
  };
  return (
    <Card title={t('tokens.create')}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('tokens.name')}
          placeholder={t('tokens.namePlaceholder')}
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="off"
        />
        <SelectField
          label={t('tokens.may')}
          hint={t(`scope.${scope}About`)}
          value={scope}
          onChange={(event) => setScope(event.target.value as Scope)}
        >
          {scopes.map((each) => (
            <option key={each} value={each}>
              {t(`scope.${each}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t('apps.team')} value={team} onChange={(event) => setTeam(event.target.value)}>
          <option value="">{t('apps.allTeams')}</option>
          {teams.map((each) => (
            <option key={each.slug} value={each.slug}>
              {each.name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('tokens.expires')}
          value={expires}
          onChange={(event) => setExpires(event.target.value)}
        >
          {days.map((count) => (
            <option key={count} value={count}>
              {t('tokens.inDays', { count })}
            </option>
          ))}
          <option value="">{t('tokens.never')}</option>
        </SelectField>
        {create.isError && <ProblemNote error={create.error} />}
        <Button type="submit" look="primary" disabled={name.trim() === ''} busy={create.isPending}>
          {t('tokens.createAction')}
        </Button>
      </form>
      <Dialog open={create.data !== undefined} onClose={() => create.reset()} title={t('tokens.made')}>
        <div className="space-y-3 text-sm text-ink-soft">
          <p>{t('tokens.madeAbout')}</p>
          <CopyLine text={create.data?.secret ?? ''} label={t('tokens.copy')} />
        </div>
        <DialogActions>
          <Button look="primary" onClick={() => create.reset()}>
            {t('action.done')}
          </Button>
        </DialogActions>
      </Dialog>
    </Card>
  );
}
