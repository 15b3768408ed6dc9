import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import type { TokenView } from '#libs/contracts/api/tokens.js';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { formatDate } from '../i18n/quantities.ts';
import { PageHead } from '../shell/page-head.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { Pill, Tag } from '../ui/pill.tsx';
import { Empty, Loaded, Together } from '../ui/states.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Ago, useNow } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { CreateToken } from './create-token.tsx';
import { tokensQuery, useRevokeToken } from './tokens.queries.ts';

export function TokensPage() {
  const t = useT();
  const tokens = useInfiniteQuery(tokensQuery);
  const revoke = useRevokeToken();
  const [leaving, setLeaving] = useState<TokenView | null>(null);
  useTitle(t('tokens.title'));
  const close = () => {
    setLeaving(null);
    revoke.reset();
  };
  return (
    <>
      <PageHead title={t('tokens.title')} about={t('tokens.about')} />
      <Together queries={[tokens]}>
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
          <Card title={t('tokens.yours')} flush>
            <Loaded query={tokens}>
              {(data) => {
                const rows = rowsOf(data);
                if (rows.length === 0) return <Empty icon={<KeyRound />} title={t('tokens.none')} />;
                return (
                  <Table
                    label={t('tokens.yours')}
                    head={[
                      t('tokens.name'),
                      t('tokens.scopes'),
                      t('tokens.lastUsed'),
                      t('tokens.expires'),
                      '',
                    ]}
                  >
                    {rows.map((token) => (
                      <TokenRow key={token.id} token={token} onRevoke={() => setLeaving(token)} />
                    ))}
                  </Table>
                );
              }}
            </Loaded>
            <More query={tokens} />
          </Card>
          <CreateToken />
        </div>
      </Together>
      <Confirm
        open={leaving !== null}
        title={t('tokens.revokeTitle', { name: leaving?.name ?? '' })}
        action={t('tokens.revoke')}
        danger
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => leaving && revoke.mutate(leaving.id, { onSuccess: close })}
        onClose={close}
      >
        {t('tokens.revokeAbout')}
      </Confirm>
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: TokenView; onRevoke: () => void }) {
  const { t, language } = useI18n();
  const expired = token.expiresAt !== null && Date.parse(token.expiresAt) < useNow();
  const gone = token.revokedAt !== null || expired;
  return (
    <tr>
      <Cell className="max-md:basis-full">
        <p className="font-medium">{token.name}</p>
        <p className="font-mono text-xs text-ink-soft">berth_{token.prefix}_…</p>
      </Cell>
      <Cell>
        <span className="flex flex-wrap gap-1">
          {token.scopes.map((scope) => (
            <Tag key={scope}>{t(`scope.${scope}`)}</Tag>
          ))}
          {token.team !== null && <Tag>{token.team}</Tag>}
        </span>
      </Cell>
      <Cell className="text-ink-soft" named={t('tokens.lastUsed')}>
        {token.lastUsedAt === null ? t('tokens.neverUsed') : <Ago at={token.lastUsedAt} />}
      </Cell>
      <Cell className="text-ink-soft md:whitespace-nowrap" named={t('tokens.expires')}>
        {token.expiresAt === null ? t('tokens.never') : formatDate(new Date(token.expiresAt), language)}
      </Cell>
      <Cell className="text-right max-md:ml-auto">
        {gone ? (
          <Pill tone="idle">{t(token.revokedAt === null ? 'tokens.expired' : 'tokens.revoked')}</Pill>
        ) : (
          <Button
            small
            look="danger"
            aria-label={t('tokens.revokeThis', { name: token.name })}
            onClick={onRevoke}
          >
            {t('tokens.revoke')}
          </Button>
        )}
      </Cell>
    </tr>
  );
}
