import { useState, type FormEvent } from 'react';
import { Plus } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { keyProblem } from './staged.ts';

export function AddVariable(props: {
  taken: (key: string) => boolean;
  onAdd: (key: string, value: string) => void;
}) {
  const t = useT();
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const problem = key === '' ? null : props.taken(key) ? 'taken' : keyProblem(key);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key === '' || problem !== null) return;
    props.onAdd(key, value);
    setKey('');
    setValue('');
  };
  return (
    <form
      onSubmit={submit}
      className="grid items-start gap-3 md:grid-cols-[minmax(9rem,2fr)_minmax(0,3fr)_auto]"
    >
      <TextField
        label={t('config.key')}
        placeholder="DATABASE_URL"
        error={problem === null ? null : t(`config.problem.${problem}`)}
        value={key}
        onChange={(event) => setKey(event.target.value.trim())}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        className="font-mono"
      />
      <TextField
        label={t('config.value')}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        className="font-mono"
      />
      <Button type="submit" className="md:mt-6" disabled={key === '' || problem !== null}>
        <Plus aria-hidden /> {t('config.add')}
      </Button>
    </form>
  );
}
