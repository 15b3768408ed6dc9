import { useState, type FormEvent } from 'react';
import { addOnKinds, type AddOnKind } from '#libs/core/add-on.js';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import type { useTeamsWhere } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useCreateAddOn } from './addons.queries.ts';

export function CreateAddOn({ teams }: { teams: ReturnType<typeof useTeamsWhere> }) {
  const t = useT();
  const create = useCreateAddOn();
  const [kind, setKind] = useState<AddOnKind>('postgres');
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState('');
  const team = chosen || (teams[0]?.slug ?? '');
  const wrong = create.error instanceof ApiProblem ? create.error.fields.name : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const named = name.trim();
    create.mutate({ kind, team, ...(named !== '' && { name: named }) }, { onSuccess: () => setName('') });
  };
  return (
    <Card title={t('addons.create')}>
      <form onSubmit={submit} className="space-y-4">
        <SelectField
          label={t('addons.kind')}
          hint={t(`addons.kindAbout.${kind}`)}
          value={kind}
          onChange={({ target }) => setKind(target.value as AddOnKind)}
        >
          {addOnKinds.map((each) => (
            <option key={each} value={each}>
              {t(`addons.kind.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('addons.name')}
          hint={t('addons.nameHint')}
          error={wrong}
          value={name}
          onChange={({ target }) => setName(target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        {teams.length > 1 && (
          <SelectField label={t('apps.team')} value={team} onChange={({ target }) => setChosen(target.value)}>
            {teams.map(({ slug, name: shown }) => (
              <option key={slug} value={slug}>
                {shown}
              </option>
            ))}
          </SelectField>
        )}
        {create.isError && wrong === undefined && <ProblemNote error={create.error} />}
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('addons.createAction')}
        </Button>
      </form>
    </Card>
  );
}
