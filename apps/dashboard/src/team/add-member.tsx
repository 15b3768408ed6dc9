import { useState, type FormEvent } from 'react';
import { roles, type Role } from '#libs/core/roles.js';
import type { AddedMember } from '#libs/contracts/api/members.js';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useAddMember } from './team.queries.ts';

export function AddMember({ team }: { team: string }) {
  const t = useT();
  const add = useAddMember(team);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const [added, setAdded] = useState<AddedMember | null>(null);
  const wrong = add.error instanceof ApiProblem ? add.error.fields.email : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { email: email.trim().toLowerCase(), role },
      {
        onSuccess: (result) => {
          setEmail('');
          setAdded(result);
        },
      },
    );
  };
  return (
    <Card title={t('team.add')} about={t('team.addAbout')}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('signIn.email')}
          type="email"
          required
          error={wrong}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoComplete="off"
        />
        <SelectField
          label={t('team.role')}
          value={role}
          onChange={(event) => setRole(event.target.value as Role)}
        >
          {roles.map((each) => (
            <option key={each} value={each}>
              {t(`role.${each}`)}
            </option>
          ))}
        </SelectField>
        {add.isError && wrong === undefined && <ProblemNote error={add.error} />}
        <Button type="submit" look="primary" disabled={email.trim() === ''} busy={add.isPending}>
          {t('team.addAction')}
        </Button>
      </form>
      <Dialog
        open={added !== null}
        onClose={() => setAdded(null)}
        title={t('team.added', { email: added?.member.email ?? '' })}
      >
        {added?.password == null ? (
          <p className="text-sm text-ink-soft">{t('team.addedKnown')}</p>
        ) : (
          <div className="space-y-3 text-sm text-ink-soft">
            <p>{t('team.addedPassword')}</p>
            <CopyLine text={added.password} label={t('team.copyPassword')} />
          </div>
        )}
        <DialogActions>
          <Button look="primary" onClick={() => setAdded(null)}>
            {t('action.done')}
          </Button>
        </DialogActions>
      </Dialog>
    </Card>
  );
}
