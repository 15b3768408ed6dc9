import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ReleaseView } from '#libs/contracts/api/releases.js';
import type { SplitView } from '#libs/contracts/api/split.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CheckField, SelectField, TextField } from '../ui/field.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { splitQuery, usePromote, useSplit } from './releases.queries.ts';

/** Who gets which release, with a slider for those who may change it. */
export function SplitCard({
  app,
  releases,
  disabled,
}: {
  app: string;
  releases: ReleaseView[];
  disabled: boolean;
}) {
  const t = useT();
  const split = useQuery(splitQuery(app));
  return (
    <Card title={t('split.title')} about={t('split.about')}>
      <Loaded query={split}>
        {(data) => (
          // The key starts the form anew when the shares changed elsewhere.
          <SplitForm key={JSON.stringify(data)} {...{ app, releases, disabled }} split={data} />
        )}
      </Loaded>
    </Card>
  );
}

function SplitForm(props: { app: string; releases: ReleaseView[]; disabled: boolean; split: SplitView }) {
  const t = useT();
  const { app, split, releases } = props;
  const live = split.shares.find((share) => share.live)?.release;
  const beside = split.shares.find((share) => !share.live);
  const [release, setRelease] = useState(beside?.release ?? 0);
  const [percent, setPercent] = useState(beside?.percent ?? 10);
  const [sticky, setSticky] = useState(split.sticky);
  const change = useSplit(app);
  const promote = usePromote(app);
  const isTrial = split.deployment !== null;
  const disabled = props.disabled || isTrial;
  const name = (number: number | undefined) => `v${number ?? ''}`;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ release, percent, sticky });
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {split.deployment !== null && (
        <p className="text-sm">{t('split.trial', { number: split.deployment })}</p>
      )}
      <SelectField
        label={t('split.choose')}
        value={release}
        disabled={disabled}
        onChange={(event) => setRelease(Number(event.target.value))}
      >
        <option value={0}>{t('split.none')}</option>
        {releases
          .filter(({ number }) => number !== live)
          .map(({ number, description }) => (
            <option key={number} value={number}>
              {name(number)} {description}
            </option>
          ))}
      </SelectField>
      {release > 0 && (
        <TextField
          label={t('split.share', { release: name(release), percent, live: name(live) })}
          type="range"
          min={1}
          max={isTrial ? 100 : 99}
          value={percent}
          disabled={disabled}
          onChange={(event) => setPercent(event.target.valueAsNumber)}
        />
      )}
      <CheckField
        label={t('split.sticky')}
        checked={sticky}
        disabled={disabled}
        onChange={(event) => setSticky(event.target.checked)}
      />
      {(change.error ?? promote.error) && <ProblemNote error={(change.error ?? promote.error) as Error} />}
      {!props.disabled && (
        <div className="flex flex-wrap gap-2">
          {!isTrial && (
            <Button type="submit" look="primary" disabled={release === 0} busy={change.isPending}>
              {t('split.set')}
            </Button>
          )}
          {beside && (
            <Button onClick={() => promote.mutate(beside.release)} busy={promote.isPending}>
              {t('split.promote', { release: name(beside.release) })}
            </Button>
          )}
          {beside && !isTrial && (
            <Button look="quiet" busy={change.isPending} onClick={() => change.mutate(null)}>
              {t('split.end')}
            </Button>
          )}
        </div>
      )}
    </form>
  );
}
