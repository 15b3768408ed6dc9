import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { keyProblem, parseDotenv } from './staged.ts';

/** Stages all variables of a pasted .env file; others stay as they are. */
export function BulkEdit(props: {
  open: boolean;
  onClose: () => void;
  onApply: (vars: Record<string, string>) => void;
}) {
  const t = useT();
  const [text, setText] = useState('');
  const { vars, wrong } = parseDotenv(text);
  const refused = Object.keys(vars).filter((key) => keyProblem(key) !== null);
  const count = Object.keys(vars).length;
  const error =
    wrong.length > 0
      ? t('config.bulkWrong', { lines: wrong.join(', ') })
      : refused.length > 0
        ? t('config.bulkRefused', { keys: refused.join(', ') })
        : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (error !== null || count === 0) return;
    props.onApply(vars);
    setText('');
  };
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('config.bulk')} wide>
      <form onSubmit={submit}>
        <TextArea
          label={t('config.bulkLabel')}
          hint={t('config.bulkHint')}
          error={error}
          rows={12}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder={'GREETING="hello"\nLOG_LEVEL=info'}
          spellCheck={false}
        />
        <DialogActions>
          <Button onClick={props.onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" disabled={error !== null || count === 0}>
            {t('config.bulkApply', { count })}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
