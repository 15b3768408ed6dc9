import { useState, type FormEvent } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Globe, Trash2 } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { ApiProblem } from '../client/problem.ts';
import { useCan } from '../session/session.queries.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { TextField } from '../ui/field.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { Empty, Loaded, ProblemNote } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { DomainLeads } from './domain-dns.tsx';
import { domainsQuery, useAddDomain, useRemoveDomain } from './domains.queries.ts';

export function DomainsPage() {
  const t = useT();
  const app = useApp();
  const mayWrite = useCan('app.write', app.team);
  const domains = useInfiniteQuery(domainsQuery(app.name));
  const remove = useRemoveDomain(app.name);
  const [leaving, setLeaving] = useState<string | null>(null);
  useTitle(t('appPage.domains'), app.name);
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <Card title={t('appPage.domains')} about={t('domains.about')}>
        <div className="space-y-4">
          {mayWrite && <AddDomain app={app.name} />}
          <Loaded query={domains}>
            {(data) => {
              const rows = rowsOf(data);
              if (rows.length === 0) return <Empty icon={<Globe />} title={t('domains.none')} />;
              return (
                <ul className="divide-y divide-line">
                  {rows.map((domain) => (
                    <li
                      key={domain.id}
                      className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2.5 text-sm"
                    >
                      <a
                        href={domain.url}
                        className="min-w-0 font-medium text-accent wrap-anywhere hover:underline max-sm:w-full sm:flex-1"
                      >
                        {domain.name}
                      </a>
                      <DomainLeads app={app.name} domain={domain.name} />
                      <span className="text-ink-soft">
                        <Ago at={domain.createdAt} />
                      </span>
                      {mayWrite && (
                        <IconButton
                          small
                          label={t('domains.remove', { domain: domain.name })}
                          onClick={() => setLeaving(domain.name)}
                        >
                          <Trash2 aria-hidden />
                        </IconButton>
                      )}
                    </li>
                  ))}
                </ul>
              );
            }}
          </Loaded>
          <More query={domains} />
        </div>
      </Card>
      <DnsHelp app={app.name} url={app.url} domain={domains.data && rowsOf(domains.data)[0]?.name} />
      <Confirm
        open={leaving !== null}
        title={t('domains.removeTitle', { domain: leaving ?? '' })}
        action={t('domains.removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving !== null && remove.mutate(leaving, { onSuccess: close })}
        onClose={close}
      >
        {t('domains.removeAbout')}
      </Confirm>
    </div>
  );
}

function AddDomain({ app }: { app: string }) {
  const t = useT();
  const add = useAddDomain(app);
  const [name, setName] = useState('');
  const wrong = add.error instanceof ApiProblem ? add.error.fields.name : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name.trim().toLowerCase(), { onSuccess: () => setName('') });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_auto]">
        <TextField
          label={t('domains.name')}
          error={wrong}
          placeholder="www.example.org"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" className="sm:mt-6" disabled={name.trim() === ''} busy={add.isPending}>
          {t('domains.add')}
        </Button>
      </div>
      {add.isError && wrong === undefined && <ProblemNote error={add.error} />}
    </form>
  );
}

/** What to write at the domain's registrar. */
function DnsHelp(props: { app: string; url: string; domain: string | undefined }) {
  const t = useT();
  const { app, url, domain = 'www.example.org' } = props;
  const host = new URL(url).hostname;
  return (
    <Card title={t('domains.dns')}>
      <div className="space-y-3 text-sm text-ink-soft">
        <p>{t('domains.dnsAbout')}</p>
        <CopyLine text={`${domain}.  CNAME  ${host}.`} />
        <p>{t('domains.dnsBare')}</p>
        <p>{t('domains.dnsTry')}</p>
        <CopyLine text={`curl -H 'Host: ${domain}' ${url.replace(host, '127.0.0.1')}`} />
        <p>{t('domains.dnsLasting', { app })}</p>
      </div>
    </Card>
  );
}
