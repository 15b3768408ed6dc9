import type { FormEvent, ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Overtaken } from '../ui/overtaken.tsx';
import { ProblemNote } from '../ui/states.tsx';
import type { SettingsEdits } from './use-edits.ts';

/** A card of settings with the button that saves them, for who may; others see them alone. */
export function SettingsForm(props: {
  title: string;
  about: string;
  action: string;
  /** May not be changed by this user. */
  disabled: boolean;
  edits: Pick<
    SettingsEdits<Record<PropertyKey, unknown>>,
    'changed' | 'overtaken' | 'forget' | 'busy' | 'error'
  >;
  onSave: () => void;
  children: ReactNode;
}) {
  const t = useT();
  const { changed, overtaken, forget, busy, error } = props.edits;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSave();
  };
  return (
    <Card title={props.title} about={props.about}>
      <form onSubmit={submit} className="space-y-4">
        {props.children}
        {overtaken.length > 0 && <Overtaken text={t('settings.overtaken')} onForget={forget} />}
        {error && <ProblemNote error={error} />}
        {!props.disabled && (
          <Button type="submit" look="primary" disabled={changed.length === 0} busy={busy}>
            {props.action}
          </Button>
        )}
      </form>
    </Card>
  );
}
