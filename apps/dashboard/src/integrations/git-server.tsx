import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ConnectionView } from '#libs/contracts/api/connections.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { TextField } from '../ui/field.tsx';
import { Loaded, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { connectionQuery, useConnect, useDisconnect, useFetchNow } from './integrations.queries.ts';

/** The branch of somebody else's server that the app is deployed from. */
export function GitServer() {
  const t = useT();
  const app = useApp();
  const connection = useQuery(connectionQuery(app.name));
  const connect = useConnect(app.name);
  return (
    <Card title={t('gitServer.title')} about={t('gitServer.about')}>
      <div className="space-y-4">
        <Loaded query={connection} skeleton={<Skeleton lines={1} />}>
          {(found) => found !== null && <Connected connection={found} />}
        </Loaded>
        {connect.data && (
          <div className="space-y-1.5 text-sm">
            <p>{t('gitServer.addHook')}</p>
            <CopyLine text={connect.data.hookUrl} />
            <p>{t('integrations.secretOnce')}</p>
            <CopyLine text={connect.data.secret} />
          </div>
        )}
        <ConnectForm connect={connect} />
      </div>
    </Card>
  );
}

function Connected({ connection }: { connection: ConnectionView }) {
  const t = useT();
  const app = useApp();
  const fetchNow = useFetchNow(app.name);
  const disconnect = useDisconnect(app.name);
  const failed = fetchNow.error ?? disconnect.error;
  const { url, branch, commit, waiting, fetchedAt, reason, hookUrl } = connection;
  return (
    <div className="space-y-3">
      <Facts
        items={[
          { name: t('gitServer.repository'), value: url },
          { name: t('gitServer.branch'), value: branch },
          { name: t('gitServer.commit'), value: <code>{commit?.slice(0, 7) ?? '–'}</code> },
          {
            name: t('gitServer.fetched'),
            value: waiting ? t('gitServer.underWay') : fetchedAt === null ? '–' : <Ago at={fetchedAt} />,
          },
          { name: t('gitServer.hook'), value: <code>{hookUrl}</code> },
        ]}
      />
      {reason !== null && <p className="text-sm text-bad wrap-anywhere">{t.say(reason)}</p>}
      <div className="flex flex-wrap gap-2">
        <Button small busy={fetchNow.isPending} onClick={() => fetchNow.mutate(undefined)}>
          {t('gitServer.fetchNow')}
        </Button>
        <Button small busy={disconnect.isPending} onClick={() => disconnect.mutate(undefined)}>
          {t('gitServer.disconnect')}
        </Button>
      </div>
      {failed && <ProblemNote error={failed} />}
    </div>
  );
}

function ConnectForm({ connect }: { connect: ReturnType<typeof useConnect> }) {
  const t = useT();
  const [url, setUrl] = useState('');
  const [branch, setBranch] = useState('main');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    connect.mutate({ url: url.trim(), branch: branch.trim() }, { onSuccess: () => setUrl('') });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_8rem_auto]">
        <TextField
          label={t('integrations.address')}
          placeholder="https://github.com/me/hello.git"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          label={t('gitServer.branch')}
          value={branch}
          onChange={(event) => setBranch(event.target.value)}
          autoCapitalize="off"
          spellCheck={false}
        />
        <Button
          type="submit"
          className="sm:mt-6"
          disabled={url.trim() === '' || branch.trim() === ''}
          busy={connect.isPending}
        >
          {t('gitServer.connect')}
        </Button>
      </div>
      {connect.isError && <ProblemNote error={connect.error} />}
    </form>
  );
}
