import { useState, type FormEvent } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { nameProblem } from '#libs/core/names.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useCreateTeam } from './team.queries.ts';

export function CreateTeam() {
  const t = useT();
  const navigate = useNavigate();
  const create = useCreateTeam();
  const [open, setOpen] = useState(false);
  const [slug, setSlug] = useState('');
  const problem = slug === '' ? null : nameProblem(slug);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (slug === '' || problem !== null) return;
    create.mutate(
      { slug },
      {
        onSuccess: async (team) => {
          setOpen(false);
          setSlug('');
          await navigate({ to: '/teams/$team', params: { team: team.slug } });
        },
      },
    );
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Plus aria-hidden /> {t('team.create')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('team.create')} locked={create.isPending}>
        <form onSubmit={submit} className="space-y-4">
          <TextField
            label={t('team.slug')}
            hint={t('deploy.nameRule')}
            error={problem === null ? null : t('deploy.nameProblem')}
            value={slug}
            onChange={(event) => setSlug(event.target.value.toLowerCase())}
            autoComplete="off"
            spellCheck={false}
            maxLength={40}
          />
          {create.isError && <ProblemNote error={create.error} />}
          <DialogActions>
            <Button onClick={() => setOpen(false)}>{t('action.cancel')}</Button>
            <Button
              type="submit"
              look="primary"
              disabled={slug === '' || problem !== null}
              busy={create.isPending}
            >
              {t('team.create')}
            </Button>
          </DialogActions>
        </form>
      </Dialog>
    </>
  );
}
