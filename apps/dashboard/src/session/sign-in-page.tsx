import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Logo } from '../shell/logo.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences.tsx';
import { metaQuery, useSignIn } from './session.queries.ts';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const t = useT();
  const router = useRouter();
  const { next } = route.useSearch();
  const meta = useQuery(metaQuery);
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useTitle(t('signIn.title'));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: () => router.history.replace(localPath(next) ?? '/apps') },
    );
  };
  const wrong = signIn.error instanceof ApiProblem && signIn.error.status === 401;

  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Logo className="size-14" />
          <h1 className="text-2xl font-semibold tracking-tight">{t('signIn.title')}</h1>
          <p className="text-sm text-ink-soft">{t('signIn.about')}</p>
        </div>
        <form
          onSubmit={submit}
          className="space-y-4 rounded-2xl border border-line bg-surface p-6 shadow-card"
          aria-busy={signIn.isPending}
        >
          {signIn.isError && <ProblemNote error={wrong ? new Error(t('signIn.wrong')) : signIn.error} />}
          <TextField
            label={t('signIn.email')}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <TextField
            label={t('signIn.password')}
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Button type="submit" look="primary" className="w-full" busy={signIn.isPending}>
            {t('signIn.action')}
          </Button>
          <p className="text-xs text-ink-soft">{t('signIn.firstTime')}</p>
        </form>
        <div className="mt-6 flex flex-wrap items-center justify-center gap-x-3 gap-y-2 text-sm text-ink-soft">
          <LanguageSwitch />
          <ThemeSwitch />
          {meta.data && <span>Berth {meta.data.version}</span>}
        </div>
      </div>
    </main>
  );
}

/** Only a path of our own may follow a sign-in, never another site. */
function localPath(next: string | undefined): string | null {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : null;
}
