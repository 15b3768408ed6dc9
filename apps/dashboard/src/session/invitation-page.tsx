import { useState, type FormEvent, type ReactNode } from 'react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import type { ShownInvitation } from '#libs/contracts/api/invitations.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import { request } from '../client/http.ts';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Loaded, ProblemNote, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** Where the link of an invitation leads. What is after the # is its secret, which browsers send nowhere by themselves. */
export function InvitationPage() {
  const t = useT();
  const [secret] = useState(() => location.hash.slice(1));
  const invitation = useQuery({
    queryKey: ['invitation', secret],
    queryFn: ({ signal }) =>
      request<ShownInvitation>('POST', '/invitations/look', { body: { secret }, signal }),
    retry: false,
    staleTime: Infinity,
  });
  const team = invitation.data?.team;
  useTitle(t('invite.pageTitle'));
  return (
    <SignInFrame
      title={team ? t('invite.join', { team: team.name }) : t('invite.pageTitle')}
      about={
        invitation.data
          ? t('invite.joinAbout', {
              by: invitation.data.invitedBy,
              role: t(`role.${invitation.data.role}`),
            })
          : ''
      }
    >
      <Loaded query={invitation}>
        {(data) =>
          data.hasAccount ? (
            <Join invitation={data} secret={secret} />
          ) : (
            <Accept invitation={data} secret={secret} />
          )
        }
      </Loaded>
    </SignInFrame>
  );
}

/** Who is signed in, or null: here that is no reason to leave the page. */
const maybeSessionQuery = queryOptions({
  queryKey: ['invitation', 'session'],
  queryFn: ({ signal }) =>
    request<SessionView>('GET', '/session', { signal }).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }),
});

interface Invited {
  invitation: ShownInvitation;
  secret: string;
}

/** Who has no account chooses a name and a password, and is in. */
function Accept({ invitation, secret }: Invited) {
  const t = useT();
  const goOn = useGoOn(invitation);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      request<SessionView>('POST', '/invitations/accept', { body: { secret, name: name.trim(), password } }),
    onSuccess: goOn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate();
  };
  return (
    <form onSubmit={submit} className="space-y-4" aria-busy={accept.isPending}>
      {accept.isError && <ProblemNote error={accept.error} />}
      <TextField
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        readOnly
        value={invitation.email}
      />
      <TextField
        label={t('invite.name')}
        autoComplete="name"
        autoFocus
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t('account.next')}
        hint={t('account.nextHint')}
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={256}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button
        type="submit"
        look="primary"
        className="w-full"
        busy={accept.isPending}
        disabled={name.trim() === ''}
      >
        {t('invite.action')}
      </Button>
    </form>
  );
}

/** Who has an account signs in with it, and joins. */
function Join({ invitation, secret }: Invited) {
  const t = useT();
  const goOn = useGoOn(invitation);
  const session = useQuery(maybeSessionQuery);
  const join = useMutation({
    mutationFn: () => request<void>('POST', '/invitations/join', { body: { secret } }),
    onSuccess: goOn,
  });
  const next = `/invitation#${secret}`;
  if (session.isPending) return <Skeleton lines={2} />;
  if (session.data?.user.email !== invitation.email)
    return (
      <Told text={t('invite.signInFirst', { email: invitation.email })}>
        <Link to="/sign-in" search={{ next }} className={`${buttonClass('primary')} w-full`}>
          {t('signIn.action')}
        </Link>
      </Told>
    );
  return (
    <Told text={t('invite.signedInAs', { email: invitation.email })}>
      {join.isError && <ProblemNote error={join.error} />}
      <Button look="primary" className="w-full" busy={join.isPending} onClick={() => join.mutate()}>
        {t('invite.action')}
      </Button>
    </Told>
  );
}

function Told({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="space-y-4">
      <p className="text-sm text-ink-soft">{text}</p>
      {children}
    </div>
  );
}

function useGoOn({ team }: ShownInvitation) {
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    // Nothing that was read before belongs to who is in now.
    client.clear();
    void router.navigate({ to: '/teams/$team', params: { team: team.slug }, replace: true });
  };
}
