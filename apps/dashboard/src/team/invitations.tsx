import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Tag } from '../ui/pill.tsx';
import { ProblemNote, problemText } from '../ui/states.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Ago } from '../ui/time.tsx';
import { invitationsQuery, useWithdrawInvitation } from './team.queries.ts';

/** Who was invited and has not come yet; nothing where nobody was. */
export function Invitations({ team, mayWrite }: { team: string; mayWrite: boolean }) {
  const t = useT();
  const notify = useNotify();
  const invitations = useQuery(invitationsQuery(team));
  const withdraw = useWithdrawInvitation(team);
  if (invitations.isError && invitations.data === undefined)
    return <ProblemNote error={invitations.error} onRetry={() => void invitations.refetch()} />;
  // One that is being withdrawn goes at once; a refusal brings it back and says why.
  const going = withdraw.isPending ? withdraw.variables : null;
  const rows = invitations.data?.items.filter(({ id }) => id !== going) ?? [];
  if (rows.length === 0) return null;
  return (
    <Card title={t('invite.open')} flush>
      <Table
        label={t('invite.open')}
        head={[t('signIn.email'), t('team.role'), t('invite.by'), t('invite.until'), '']}
      >
        {rows.map(({ id, email, role, createdBy, expiresAt }) => (
          <tr key={id}>
            <Cell className="font-medium wrap-anywhere max-md:flex-1 max-md:basis-3/4">{email}</Cell>
            <Cell className="max-md:order-1">
              <Tag>{t(`role.${role}`)}</Tag>
            </Cell>
            <Cell className="text-ink-soft wrap-anywhere max-md:order-1" named={t('invite.by')}>
              {createdBy}
            </Cell>
            <Cell className="text-ink-soft max-md:order-1" named={t('invite.until')}>
              <Ago at={expiresAt} />
            </Cell>
            <Cell className="text-right max-md:ml-auto">
              {mayWrite && (
                <IconButton
                  small
                  label={t('invite.withdraw', { email })}
                  onClick={() =>
                    withdraw.mutate(id, { onError: (error) => notify(problemText(error, t), 'bad') })
                  }
                >
                  <X aria-hidden />
                </IconButton>
              )}
            </Cell>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
