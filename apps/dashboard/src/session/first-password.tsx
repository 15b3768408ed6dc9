import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { useChangePassword } from './session.queries.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** The first visit: a password of one's own in place of the one that was made and shown once. */
export function FirstPassword(props: { email: string; given: string; onDone: () => void }) {
  const t = useT();
  const change = useChangePassword();
  const [password, setPassword] = useState('');
  useTitle(t('firstPassword.title'));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ current: props.given, next: password }, { onSuccess: props.onDone });
  };
  return (
    <SignInFrame title={t('firstPassword.title')} about={t('firstPassword.about')}>
      <form onSubmit={submit} className="space-y-4" aria-busy={change.isPending}>
        {change.isError && <ProblemNote error={change.error} />}
        {/* So that a password manager keeps the new password under the right name. */}
        <input type="email" autoComplete="username" value={props.email} readOnly hidden />
        <TextField
          label={t('account.next')}
          hint={t('account.nextHint')}
          type="password"
          autoComplete="new-password"
          autoFocus
          required
          minLength={10}
          maxLength={256}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="primary" className="w-full" busy={change.isPending}>
          {t('firstPassword.action')}
        </Button>
        <Button look="quiet" className="w-full" onClick={props.onDone}>
          {t('firstPassword.later')}
        </Button>
      </form>
    </SignInFrame>
  );
}
