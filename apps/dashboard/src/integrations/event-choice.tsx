import { useState } from 'react';
import type { EventKind } from '#libs/core/event-kinds.js';
import { kindsFor } from '#libs/core/webhook.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';

/** Boxes for all events that a webhook can hear of, by what they are about. */
export function EventChoice(props: {
  of: 'team' | 'app';
  chosen: readonly string[];
  onChange: (kinds: EventKind[]) => void;
}) {
  const t = useT();
  const kinds = kindsFor(props.of);
  const nouns = [...new Set(kinds.map(nounOf))];
  const set = (kind: EventKind, on: boolean) =>
    props.onChange(kinds.filter((each) => (each === kind ? on : props.chosen.includes(each))));
  return (
    <div className="mt-2 grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
      {nouns.map((noun) => (
        <fieldset key={noun} className="space-y-1">
          <legend className="font-mono text-xs text-ink-soft">{noun}</legend>
          {kinds
            .filter((kind) => nounOf(kind) === noun)
            .map((kind) => (
              <label key={kind} className="flex items-start gap-2 text-sm">
                <input
                  type="checkbox"
                  className="mt-1"
                  checked={props.chosen.includes(kind)}
                  onChange={(event) => set(kind, event.target.checked)}
                />
                {t(`event.${kind}`)}
              </label>
            ))}
        </fieldset>
      ))}
    </div>
  );
}

/** The events of a webhook that is there: chosen, then saved. */
export function ChangeEvents(props: {
  of: 'team' | 'app';
  kinds: readonly string[];
  busy: boolean;
  onSave: (kinds: EventKind[]) => void;
}) {
  const t = useT();
  const known = kindsFor(props.of);
  const [chosen, setChosen] = useState(() => known.filter((kind) => props.kinds.includes(kind)));
  return (
    <div className="space-y-3 rounded-lg border border-line p-3">
      <EventChoice of={props.of} chosen={chosen} onChange={setChosen} />
      <Button
        small
        look="primary"
        busy={props.busy}
        disabled={chosen.length === 0}
        onClick={() => props.onSave(chosen)}
      >
        {t('webhooks.saveEvents')}
      </Button>
    </div>
  );
}

const nounOf = (kind: EventKind) => kind.split('.')[0] as string;
