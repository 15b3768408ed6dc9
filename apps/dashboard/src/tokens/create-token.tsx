import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { ReachFields, reachOf, type ReachChoice } from './reach-fields.tsx';
import { useCreateToken } from './tokens.queries.ts';

export function CreateToken() {
  const t = useT();
  const create = useCreateToken();
  const [name, setName] = useState('');
  const [reach, setReach] = useState<ReachChoice>({ scope: 'write', team: '', expires: '90' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name: name.trim(), scopes: [reach.scope], ...reachOf(reach) },
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
        <ReachFields value={reach} onChange={setReach} />
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
