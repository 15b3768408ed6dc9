import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SessionView } from '#libs/contracts/api/session.js';
import { request } from '../client/http.ts';
import { setPresence, usePresence } from '../client/presence.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { sessionQuery, useSession } from './session.queries.ts';
import { SignInProblem } from './sign-in-problem.tsx';

/**
 * The session ended while the page was open: the same user may sign in again over it, and finds all that they had typed. Who signed
 * in again in another tab need not do so here; somebody else gets the page anew.
 */
export function SessionEnd() {
  const t = useT();
  const client = useQueryClient();
  const { user } = useSession();
  const ended = usePresence() === 'ended';
  const whose = useRef(user.id);
  useEffect(() => {
    if (user.id !== whose.current) location.reload();
  }, [user.id]);
  const look = useCallback(
    () =>
      client.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false }).then(
        ({ user: found }) => found.id === whose.current && setPresence('signed-in'),
        () => undefined,
      ),
    [client],
  );
  useEffect(() => {
    if (!ended) return;
    const onFocus = () => void look();
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, [ended, look]);
  return (
    <Dialog open={ended} onClose={() => void look()} title={t('sessionEnd.title')} hidesPage>
      <SignInAgain email={user.email} onBack={() => void look()} />
    </Dialog>
  );
}

function SignInAgain({ email, onBack }: { email: string; onBack: () => void }) {
  const t = useT();
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => request<SessionView>('POST', '/session', { body: { email, password } }),
    onSuccess: onBack,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit} className="space-y-4" aria-busy={signIn.isPending}>
      <p className="text-sm text-ink-soft">{t('sessionEnd.about')}</p>
      {signIn.isError && <SignInProblem error={signIn.error} />}
      <TextField
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        readOnly
        tabIndex={-1}
        value={email}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        autoFocus
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button type="submit" look="primary" className="w-full" busy={signIn.isPending}>
        {t('signIn.action')}
      </Button>
      <a href="/sign-in" className="block text-center text-sm text-accent hover:underline">
        {t('sessionEnd.other')}
      </a>
    </form>
  );
}
