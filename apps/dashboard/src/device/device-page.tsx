import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Ban, CircleCheck } from 'lucide-react';
import type { LoginView } from '#libs/contracts/api/logins.js';
import { useT } from '../i18n/i18n.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { ReachFields, reachOf, type ReachChoice } from '../tokens/reach-fields.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { TextField } from '../ui/field.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { loginQuery, useAllow, useRefuse } from './device.queries.ts';

const route = getRouteApi('/shell/device');

/** Where `berth login` sends its person: who asks, and how far they are let in. */
export function DevicePage() {
  const t = useT();
  const { code } = route.useSearch();
  const navigate = route.useNavigate();
  useTitle(t('device.title'));
  const look = (next: string | undefined) => void navigate({ search: { code: next } });
  return (
    <>
      <PageHead title={t('device.title')} about={t('device.about')} />
      <div className="max-w-xl">
        {code === undefined ? (
          <AskCode onCode={look} />
        ) : (
          <Asked key={code} code={code} onAgain={() => look(undefined)} />
        )}
      </div>
    </>
  );
}

function AskCode({ onCode }: { onCode: (code: string) => void }) {
  const t = useT();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCode(code.trim());
  };
  return (
    <Card>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('device.code')}
          hint={t('device.codeHint')}
          placeholder="WDJB-MJHT"
          className="font-mono uppercase"
          autoFocus
          required
          maxLength={20}
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Button type="submit" look="primary" disabled={code.trim() === ''}>
          {t('device.next')}
        </Button>
      </form>
    </Card>
  );
}

function Asked({ code, onAgain }: { code: string; onAgain: () => void }) {
  const t = useT();
  const login = useQuery(loginQuery(code));
  if (login.data !== undefined) return <Decide login={login.data} />;
  if (!login.isError) return <Skeleton lines={5} />;
  return (
    <Card>
      <div className="space-y-4">
        <ProblemNote error={login.error} />
        <Button onClick={onAgain}>{t('device.again')}</Button>
      </div>
    </Card>
  );
}

function Decide({ login }: { login: LoginView }) {
  const t = useT();
  const allow = useAllow(login.code);
  const refuse = useRefuse(login.code);
  const [reach, setReach] = useState<ReachChoice>({
    scope: login.wish.scope ?? 'write',
    team: '',
    expires: String(login.wish.expiresInDays ?? 90),
  });
  if (allow.isSuccess || refuse.isSuccess) return <Decided allowed={allow.isSuccess} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    allow.mutate({ scope: reach.scope, ...reachOf(reach) });
  };
  const error = allow.error ?? refuse.error;
  return (
    <Card>
      <form onSubmit={submit} className="space-y-4">
        <p className="text-center font-mono text-3xl font-semibold tracking-widest">{login.code}</p>
        <Facts
          items={[
            { name: t('device.machine'), value: <strong>{login.machine}</strong> },
            { name: t('device.program'), value: login.client },
            { name: t('device.from'), value: login.address },
            { name: t('device.asked'), value: <Ago at={login.createdAt} /> },
          ]}
        />
        <p className="rounded-lg bg-sunken px-4 py-3 text-sm">{t('device.warning')}</p>
        <fieldset className="space-y-4">
          <legend className="font-semibold">{t('device.reach')}</legend>
          <ReachFields value={reach} onChange={setReach} />
        </fieldset>
        {error !== null && <ProblemNote error={error} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" look="primary" busy={allow.isPending} disabled={refuse.isPending}>
            {t('device.allow')}
          </Button>
          <Button busy={refuse.isPending} disabled={allow.isPending} onClick={() => refuse.mutate(undefined)}>
            {t('device.refuse')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function Decided({ allowed }: { allowed: boolean }) {
  const t = useT();
  return (
    <Card>
      <div role="status">
        <Empty
          icon={allowed ? <CircleCheck /> : <Ban />}
          title={t(allowed ? 'device.allowed' : 'device.refused')}
        >
          {t(allowed ? 'device.allowedAbout' : 'device.refusedAbout')}
        </Empty>
      </div>
    </Card>
  );
}
