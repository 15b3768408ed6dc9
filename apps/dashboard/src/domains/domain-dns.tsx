import { useQuery } from '@tanstack/react-query';
import type { DomainDns } from '#libs/contracts/api/domains.js';
import { useT } from '../i18n/i18n.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';
import { dnsQuery } from './domains.queries.ts';

const tones: Record<DomainDns['leads'], Tone> = { here: 'ok', elsewhere: 'warn', nowhere: 'warn' };

/** Does the domain lead here yet? Where it leads elsewhere, its addresses. */
export function DomainLeads({ app, domain }: { app: string; domain: string }) {
  const t = useT();
  const { data } = useQuery(dnsQuery(app, domain));
  if (data === undefined) return <Pill tone="idle">{t('domains.asking')}</Pill>;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Pill tone={tones[data.leads]}>{t(`domains.leads.${data.leads}`)}</Pill>
      {data.leads === 'elsewhere' && data.addresses.length > 0 && (
        <code className="text-ink-soft wrap-anywhere">{data.addresses.join(', ')}</code>
      )}
    </span>
  );
}
