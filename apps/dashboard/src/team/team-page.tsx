import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { UserMinus, Users } from 'lucide-react';
import { roles, type Role } from '#libs/core/roles.js';
import type { MemberView } from '#libs/contracts/api/members.js';
import { eventsQuery } from '../events/events.queries.ts';
import { useT } from '../i18n/i18n.tsx';
import { Webhooks } from '../integrations/webhooks.tsx';
import { useCan, useSession } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { inputClass } from '../ui/field.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Tag } from '../ui/pill.tsx';
import { Empty, Loaded, problemText, Together } from '../ui/states.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AddMember } from './add-member.tsx';
import { CreateTeam } from './create-team.tsx';
import { Invitations } from './invitations.tsx';
import { TeamEvents } from './team-events.tsx';
import { TeamQuota } from './team-quota.tsx';
import { TeamUse } from './team-use.tsx';
import {
  invitationsQuery,
  membersQuery,
  teamQuery,
  teamQuotaQuery,
  teamsQuery,
  teamUseQuery,
  useChangeRole,
  useRemoveMember,
} from './team.queries.ts';

const route = getRouteApi('/shell/teams/$team');

export function TeamPage() {
  const t = useT();
  const { team } = route.useParams();
  const view = useQuery(teamQuery(team));
  const parts = [
    useInfiniteQuery(membersQuery(team)),
    useQuery(invitationsQuery(team)),
    useQuery(teamUseQuery(team)),
    useQuery(teamQuotaQuery(team)),
    useInfiniteQuery(eventsQuery({ team })),
  ];
  const mayWrite = useCan('member.write', team);
  const mayHook = useCan('team.write', team);
  useTitle(t('team.title'), team);
  return (
    <>
      <PageHead
        title={view.data?.name ?? team}
        about={view.data && t('team.counts', { members: view.data.members, apps: view.data.apps })}
        actions={
          <>
            <TeamSwitch team={team} />
            <CreateTeam />
          </>
        }
      />
      <Loaded query={view}>
        {() => (
          <Together queries={parts}>
            <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
              <div className="grid min-w-0 gap-4">
                <Members team={team} mayWrite={mayWrite} />
                <Invitations team={team} mayWrite={mayWrite} />
                <TeamEvents team={team} />
                {mayHook && <Webhooks place={{ of: 'team', name: team }} />}
              </div>
              <div className="grid gap-4">
                <TeamUse team={team} />
                <TeamQuota team={team} />
                {mayWrite && <AddMember team={team} />}
                <RoleHelp />
              </div>
            </div>
          </Together>
        )}
      </Loaded>
    </>
  );
}

function TeamSwitch({ team }: { team: string }) {
  const t = useT();
  const navigate = useNavigate();
  const session = useSession();
  const all = useInfiniteQuery({ ...teamsQuery, enabled: session.user.admin });
  const teams = session.user.admin && all.data ? rowsOf(all.data) : session.teams;
  if (teams.length < 2) return null;
  return (
    <select
      aria-label={t('team.switch')}
      value={team}
      onChange={(event) => void navigate({ to: '/teams/$team', params: { team: event.target.value } })}
      className={`${inputClass} w-auto!`}
    >
      {teams.map((each) => (
        <option key={each.slug} value={each.slug}>
          {each.name}
        </option>
      ))}
    </select>
  );
}

function Members({ team, mayWrite }: { team: string; mayWrite: boolean }) {
  const t = useT();
  const members = useInfiniteQuery(membersQuery(team));
  const remove = useRemoveMember(team);
  const [leaving, setLeaving] = useState<MemberView | null>(null);
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  return (
    <Card title={t('team.members')} flush>
      <Loaded query={members}>
        {(data) => {
          const rows = rowsOf(data);
          if (rows.length === 0) return <Empty icon={<Users />} title={t('team.none')} />;
          return (
            <Table label={t('team.members')} head={[t('team.member'), t('team.role'), t('team.since'), '']}>
              {rows.map((member) => (
                <tr key={member.userId}>
                  <Cell className="max-md:flex-1 max-md:basis-3/4">
                    <p className="font-medium">{member.name}</p>
                    <p className="text-ink-soft wrap-anywhere">{member.email}</p>
                  </Cell>
                  <Cell className="max-md:order-1">
                    <RoleChoice team={team} member={member} disabled={!mayWrite} />
                  </Cell>
                  <Cell className="text-ink-soft max-md:order-1" named={t('team.since')}>
                    <Ago at={member.createdAt} />
                  </Cell>
                  <Cell className="text-right max-md:ml-auto">
                    {mayWrite && (
                      <IconButton
                        small
                        label={t('team.remove', { email: member.email })}
                        onClick={() => setLeaving(member)}
                      >
                        <UserMinus aria-hidden />
                      </IconButton>
                    )}
                  </Cell>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More query={members} />
      <Confirm
        open={leaving !== null}
        title={t('team.removeTitle', { email: leaving?.email ?? '' })}
        action={t('team.removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving && remove.mutate(leaving.userId, { onSuccess: close })}
        onClose={close}
      >
        {t('team.removeAbout')}
      </Confirm>
    </Card>
  );
}

function RoleChoice({ team, member, disabled }: { team: string; member: MemberView; disabled: boolean }) {
  const t = useT();
  const notify = useNotify();
  const change = useChangeRole(team);
  if (disabled) return <Tag>{t(`role.${member.role}`)}</Tag>;
  return (
    <select
      aria-label={t('team.roleOf', { email: member.email })}
      value={change.isPending ? change.variables.role : member.role}
      disabled={change.isPending}
      onChange={(event) =>
        change.mutate(
          { userId: member.userId, role: event.target.value as Role },
          { onError: (error) => notify(problemText(error, t), 'bad') },
        )
      }
      className={`${inputClass} w-auto!`}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </select>
  );
}

function RoleHelp() {
  const t = useT();
  return (
    <Card title={t('team.roles')}>
      <dl className="space-y-2 text-sm">
        {roles.map((role) => (
          <div key={role}>
            <dt className="font-medium">{t(`role.${role}`)}</dt>
            <dd className="text-ink-soft">{t(`role.${role}About`)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
