import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { useChangePassword, useSession } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { TextField } from '../ui/field.tsx';
import { useNotify } from '../ui/notices.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';

export function AccountPage() {
  const t = useT();
  const session = useSession();
  useTitle(t('account.title'));
  return (
    <>
      <PageHead title={t('account.title')} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title={session.user.name}>
          <Facts
            items={[
              { name: t('signIn.email'), value: session.user.email },
              ...(session.user.admin
                ? [{ name: t('account.administrator'), value: t('account.administratorAbout') }]
                : []),
              ...session.teams.map((team) => ({ name: team.name, value: t(`role.${team.role}`) })),
            ]}
          />
        </Card>
        <ChangePassword />
      </div>
    </>
  );
}

function ChangePassword() {
  const t = useT();
  const notify = useNotify();
  const change = useChangePassword();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const fields = change.error instanceof ApiProblem ? change.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current, next },
      {
        onSuccess: () => {
          setCurrent('');
          setNext('');
          notify(t('account.changed'));
        },
      },
    );
  };
  return (
    <Card title={t('account.password')} about={t('account.passwordAbout')}>
      <form onSubmit={submit} className="space-y-4">
        <TextField
          label={t('account.current')}
          type="password"
          autoComplete="current-password"
          required
          error={fields.current}
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <TextField
          label={t('account.next')}
          hint={t('account.nextHint')}
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={256}
          error={fields.next}
          value={next}
          onChange={(event) => setNext(event.target.value)}
        />
        {change.isError && Object.keys(fields).length === 0 && <ProblemNote error={change.error} />}
        <Button type="submit" look="primary" busy={change.isPending}>
          {t('account.change')}
        </Button>
      </form>
    </Card>
  );
}
