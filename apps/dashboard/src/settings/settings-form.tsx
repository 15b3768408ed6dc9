import type { FormEvent, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ProblemNote } from '../ui/states.tsx';

/** A card of settings with the button that saves them, for who may; others see them alone. */
export function SettingsForm(props: {
  title: string;
  about: string;
  action: string;
  /** May not be changed by this user. */
  disabled: boolean;
  /** Nothing to save. */
  unchanged?: boolean;
  busy: boolean;
  /** What went wrong, where no field says it. */
  error: Error | null;
  onSave: () => void;
  children: ReactNode;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSave();
  };
  return (
    <Card title={props.title} about={props.about}>
      <form onSubmit={submit} className="space-y-4">
        {props.children}
        {props.error && <ProblemNote error={props.error} />}
        {!props.disabled && (
          <Button type="submit" look="primary" disabled={props.unchanged} busy={props.busy}>
            {props.action}
          </Button>
        )}
      </form>
    </Card>
  );
}
