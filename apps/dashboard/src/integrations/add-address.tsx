import { useState, type FormEvent } from 'react';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';

/** One address and a button. */
export function AddAddress(props: {
  placeholder: string;
  busy: boolean;
  error: unknown;
  onAdd: (url: string, done: () => void) => void;
}) {
  const t = useT();
  const [url, setUrl] = useState('');
  const wrong = props.error instanceof ApiProblem ? props.error.fields.url : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onAdd(url.trim(), () => setUrl(''));
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <TextField
          label={t('integrations.address')}
          error={wrong}
          placeholder={props.placeholder}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" className="sm:mt-6" disabled={url.trim() === ''} busy={props.busy}>
          {t('integrations.add')}
        </Button>
      </div>
      {props.error !== null && wrong === undefined && <ProblemNote error={props.error} />}
    </form>
  );
}
