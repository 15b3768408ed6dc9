import { useState, type FormEvent, type ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from './button.tsx';
import { Dialog, DialogActions } from './dialog.tsx';
import { TextField } from './field.tsx';
import { ProblemNote } from './states.tsx';

/** Asks before something that cannot be undone. With `typed`, that text has to be typed first. */
export function Confirm(props: {
  open: boolean;
  title: ReactNode;
  children: ReactNode;
  action: string;
  danger?: boolean;
  typed?: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const t = useT();
  const [text, setText] = useState('');
  const ready = props.typed === undefined || text === props.typed;
  const close = () => {
    setText('');
    props.onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) props.onConfirm();
  };
  return (
    <Dialog open={props.open} onClose={close} title={props.title} locked={props.busy}>
      <form onSubmit={submit} className="space-y-4">
        <div className="text-sm text-ink-soft">{props.children}</div>
        {props.typed !== undefined && (
          <TextField
            label={t('confirm.type', { text: props.typed })}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {props.error !== null && props.error !== undefined && <ProblemNote error={props.error} />}
        <DialogActions>
          <Button onClick={close} disabled={props.busy}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            look={props.danger ? 'danger' : 'primary'}
            disabled={!ready}
            busy={props.busy}
          >
            {props.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
