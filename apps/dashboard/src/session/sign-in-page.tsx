import { useState, type FormEvent } from 'react';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { useTitle } from '../ui/use-title.ts';
import { FirstPassword } from './first-password.tsx';
import { useSignIn } from './session.queries.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { SignInProblem } from './sign-in-problem.tsx';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const t = useT();
  const router = useRouter();
  const { next } = route.useSearch();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useTitle(t('signIn.title'));

  const goOn = () => router.history.replace(localPath(next) ?? '/apps');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: ({ passwordGiven }) => (passwordGiven ? undefined : goOn()) },
    );
  };
  if (signIn.data?.passwordGiven) return <FirstPassword email={email} given={password} onDone={goOn} />;

  return (
    <SignInFrame title={t('signIn.title')} about={t('signIn.about')}>
      <form onSubmit={submit} className="space-y-4" aria-busy={signIn.isPending}>
        {signIn.isError && <SignInProblem error={signIn.error} />}
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
    </SignInFrame>
  );
}

/** Only a path of our own may follow a sign-in, never another site. */
function localPath(next: string | undefined): string | null {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : null;
}
