import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MirrorList, MirrorView } from '#libs/contracts/api/mirrors.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { TextArea } from '../ui/field.tsx';
import { Pill } from '../ui/pill.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { Ago, Duration } from '../ui/time.tsx';
import { mirrorsQuery, useCheckMirrors, useSetMirrors } from './mirrors.queries.ts';

const tones = { good: 'ok', slow: 'warn', failing: 'bad' } as const;

/** Where images and packages come from, how well each place does, and a list to write for each kind. */
export function Mirrors() {
  const t = useT();
  const mirrors = useQuery(mirrorsQuery);
  const check = useCheckMirrors();
  return (
    <Card
      title={t('mirrors.title')}
      about={t('mirrors.about')}
      className="lg:col-span-2"
      actions={
        <Button small busy={check.isPending} onClick={() => check.mutate()}>
          {t('mirrors.check')}
        </Button>
      }
    >
      {check.error && <ProblemNote error={check.error} />}
      <Loaded query={mirrors}>
        {({ items }) => (
          <ul className="divide-y divide-line text-sm">
            {items.map((list) => (
              <Kind key={list.kind} list={list} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function Kind({ list }: { list: MirrorList }) {
  const t = useT();
  const [editing, setEditing] = useState(false);
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{t(`mirrors.kind.${list.kind}`)}</h3>
        <Button small look="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
          {t(editing ? 'mirrors.close' : 'mirrors.edit')}
        </Button>
      </div>
      <ol className="mt-1 space-y-1">
        {list.mirrors.map((mirror) => (
          <Place key={mirror.name} mirror={mirror} />
        ))}
      </ol>
      {editing && <Editor list={list} onDone={() => setEditing(false)} />}
    </li>
  );
}

function Place({ mirror }: { mirror: MirrorView }) {
  const t = useT();
  const { name, url, standing, ok, latencyMs, error, checkedAt, checks, checksOk, served, failed } = mirror;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Pill tone={ok === null && standing === 'good' ? 'idle' : tones[standing]}>
        {t(ok === null && standing === 'good' ? 'mirrors.notAsked' : `mirrors.standing.${standing}`)}
      </Pill>
      <span className="min-w-0 wrap-anywhere">
        {name === 'default' ? t('mirrors.default', { url: url ?? t('mirrors.toolsOwn') }) : name}
      </span>
      <span className="text-ink-soft">
        {latencyMs !== null && <Duration ms={latencyMs} />}{' '}
        {checks > 0 && t('mirrors.answers', { ok: checksOk, all: checks })}{' '}
        {served + failed > 0 && t('mirrors.builds', { served, failed })}{' '}
        {checkedAt !== null && <Ago at={checkedAt} />}
      </span>
      {error !== null && <span className="w-full text-bad wrap-anywhere">{t.say(error)}</span>}
    </li>
  );
}

function Editor({ list, onDone }: { list: MirrorList; onDone: () => void }) {
  const t = useT();
  const set = useSetMirrors(list.kind);
  const [text, setText] = useState(list.listed ? list.mirrors.map(({ name }) => name).join('\n') : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(text.split(/\s+/).filter(Boolean), { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="mt-2 space-y-2">
      <TextArea
        label={t('mirrors.list')}
        hint={t('mirrors.hint')}
        rows={3}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {set.error && <ProblemNote error={set.error} />}
      <Button type="submit" look="primary" small busy={set.isPending}>
        {t('mirrors.save')}
      </Button>
    </form>
  );
}
