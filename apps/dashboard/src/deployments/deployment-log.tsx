import { useMemo, useState } from 'react';
import { CloudOff } from 'lucide-react';
import type { DeploymentLogLine } from '#libs/contracts/api/deployments.js';
import { useI18n } from '../i18n/i18n.tsx';
import { LogView, type ShownLine } from '../logs/log-view.tsx';
import { Card } from '../ui/card.tsx';
import { inputClass } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import type { DeploymentStream } from './use-deployment-stream.ts';

const looks: Record<DeploymentLogLine['kind'], string> = {
  phase: 'font-semibold ansi-6',
  detail: '',
  warning: 'ansi-3',
  error: 'ansi-1',
};

/** The margins of `git push` output. */
const margins: Record<DeploymentLogLine['kind'], string> = {
  phase: '-----> ',
  detail: '       ',
  warning: ' !     ',
  error: ' !     ',
};

/** The log of a deployment as `git push` shows it, live until it ends. */
export function DeploymentLog({ stream }: { stream: DeploymentStream }) {
  const { t, language } = useI18n();
  const [find, setFind] = useState('');
  const lines = useMemo(() => shownLines(stream.lines, find, language), [stream.lines, find, language]);
  return (
    <Card
      title={t('log.title')}
      actions={
        <input
          type="search"
          aria-label={t('log.find')}
          placeholder={t('log.find')}
          value={find}
          onChange={(event) => setFind(event.target.value)}
          className={`${inputClass} w-44!`}
        />
      }
    >
      <div className="space-y-3">
        {stream.state === 'refused' && <ProblemNote error={stream.problem} />}
        {stream.state === 'lost' && (
          <p role="status" className="flex items-center gap-2 text-sm text-warn">
            <CloudOff aria-hidden className="size-4" /> {t('log.lost')}
          </p>
        )}
        <LogView
          label={t('log.title')}
          lines={lines}
          find={find}
          className="max-h-[min(36rem,70dvh)] min-h-48"
          empty={t(find !== '' ? 'logs.noMatch' : stream.state === 'ended' ? 'log.none' : 'log.waiting')}
        />
      </div>
    </Card>
  );
}

function shownLines(lines: DeploymentLogLine[], find: string, language: string): ShownLine[] {
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
  const wanted = find.toLowerCase();
  return lines
    .filter((line) => wanted === '' || line.text.toLowerCase().includes(wanted))
    .map((line) => ({
      key: line.id,
      margin: time.format(new Date(line.at)),
      text: margins[line.kind] + line.text,
      className: looks[line.kind],
    }));
}
