import { useState, type FormEvent } from 'react';
import { roles, type Role } from '#libs/core/roles.js';
import type { MadeInvitation } from '#libs/contracts/api/invitations.js';
import type { AddedMember } from '#libs/contracts/api/members.js';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useAddMember, useInvite } from './team.queries.ts';

/** By a link, at whose end they choose a password of their own, or at once with one that is shown here. */
export function AddMember({ team }: { team: string }) {
  const t = useT();
  const add = useAddMember(team);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const invite = useInvite(team);
  const [added, setAdded] = useState<AddedMember | null>(null);
  const [invited, setInvited] = useState<MadeInvitation | null>(null);
  const error = invite.error ?? add.error;
  const wrong = error instanceof ApiProblem ? error.fields.email : undefined;
  const person = { email: email.trim().toLowerCase(), role };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.reset();
    invite.mutate(person, {
      onSuccess: (result) => {
        setEmail('');
        setInvited(result);
      },
    });
  };
  const addAtOnce = () => {
    invite.reset();
    add.mutate(person, {
      onSuccess: (result) => {
        setEmail('');
        setAdded(result);
      },
    });
  };
  const empty = person.email === '';
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
        {error && wrong === undefined && <ProblemNote error={error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" disabled={empty} busy={invite.isPending}>
            {t('invite.make')}
          </Button>
          <Button disabled={empty} busy={add.isPending} onClick={addAtOnce}>
            {t('team.addAction')}
          </Button>
        </div>
      </form>
      <Dialog
        open={invited !== null}
        onClose={() => setInvited(null)}
        title={t('invite.made', { email: invited?.invitation.email ?? '' })}
      >
        <div className="space-y-3 text-sm text-ink-soft">
          <p>{t('invite.madeAbout')}</p>
          <CopyLine text={invited?.url ?? ''} label={t('invite.copy')} />
        </div>
        <DialogActions>
          <Button look="primary" onClick={() => setInvited(null)}>
            {t('action.done')}
          </Button>
        </DialogActions>
      </Dialog>
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
