import { Check, CircleSlash, LoaderCircle, X } from 'lucide-react';
import type { StepView } from '#libs/contracts/api/deployments.js';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { factName, factWord } from '../i18n/fact-names.ts';
import { formatBytes } from '../i18n/quantities.ts';
import { classes } from '../ui/classes.ts';
import { Duration, useNow } from '../ui/time.tsx';
import { stepFacts, type StepFact } from './step-facts.ts';
import { timelineOf, type TimelineRow } from './timeline-rows.ts';

/** What a timeline needs of its deployment: `endedAt` stops the steps that its end cut off. */
interface TimelineProps {
  steps: StepView[];
  endedAt: string | null;
}

/** What Berth did, step by step, each with its time on one common scale. */
export function Timeline({ steps, endedAt }: TimelineProps) {
  const t = useT();
  const now = useNow();
  if (steps.length === 0) return <p className="text-sm text-ink-soft">{t('timeline.none')}</p>;
  return (
    <ol className="@container space-y-4">
      {timelineOf(steps, endedAt === null ? now : Date.parse(endedAt)).map(({ stage, ms, rows }) => (
        <li key={stage}>
          <div className="mb-1 flex items-baseline justify-between gap-3 border-b border-line pb-1 text-xs font-semibold text-ink-soft">
            <h3>{t(`timeline.stage.${stage}`)}</h3>
            <Duration ms={ms} />
          </div>
          <ol>
            {rows.map((row) => (
              <Row key={`${row.step.name} ${row.step.subject}`} row={row} over={endedAt !== null} />
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

const bars: Record<StepView['outcome'], string> = {
  running: 'bg-busy-dot animate-breathe',
  done: 'bg-ok-dot',
  skipped: 'bg-ink-faint',
  failed: 'bg-bad-dot',
};

function Row({ row: { step, from, width }, over }: { row: TimelineRow; over: boolean }) {
  const t = useT();
  // The end of a deployment cuts off the step that it finds under way.
  const outcome = step.outcome === 'running' && over ? 'skipped' : step.outcome;
  const live = outcome === 'running';
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_4.5rem] gap-x-2.5 py-1.5 text-sm @md:grid-cols-[auto_minmax(0,1fr)_28%_4.5rem]">
      <Mark outcome={outcome} />
      <div className="min-w-0">
        <p className={classes(outcome === 'skipped' && 'text-ink-soft')} title={t(`step.${step.name}.about`)}>
          {t(`step.${step.name}`)}
          <span className="sr-only"> ({t(`step.outcome.${outcome}`)})</span>
        </p>
        <StepFacts facts={stepFacts(step)} />
      </div>
      <span className="text-right text-ink-soft @md:col-start-4 @md:row-start-1">
        <Duration ms={step.ms} since={live ? step.startedAt : null} />
      </span>
      <div
        aria-hidden
        className="relative col-span-2 col-start-2 mt-1 h-1.5 rounded-full bg-sunken @md:col-span-1 @md:col-start-3 @md:row-start-1 @md:mt-2"
      >
        <div
          className={classes('absolute h-full min-w-1 rounded-full', bars[outcome])}
          style={{ left: `${Math.min(from * 100, 99)}%`, width: `${width * 100}%` }}
        />
      </div>
    </li>
  );
}

/** Values that Berth chose the word for; all others are names and numbers. */
const ownWords = new Set(['already', 'cache', 'now', 'pulled', 'runs', 'thawed']);

function StepFacts({ facts }: { facts: StepFact[] }) {
  const { t, language } = useI18n();
  if (facts.length === 0) return null;
  const text = ({ key, value }: StepFact) => {
    if (typeof value === 'boolean') return t(value ? 'fact.yes' : 'fact.no');
    if (typeof value !== 'string') return formatBytes(value.bytes, language);
    return ownWords.has(value) ? (factWord(value, t) ?? value) : key === 'reason' ? t.say(value) : value;
  };
  return (
    <p className="flex flex-wrap gap-x-3 text-xs text-ink-soft">
      {facts.map((fact) => (
        <span key={fact.key} className="min-w-0 wrap-anywhere">
          {factName(fact.key, t)} <code className="text-ink">{text(fact)}</code>
        </span>
      ))}
    </p>
  );
}

function Mark({ outcome }: { outcome: StepView['outcome'] }) {
  const look = 'mt-0.5 size-4 shrink-0';
  if (outcome === 'failed') return <X aria-hidden className={classes(look, 'text-bad')} />;
  if (outcome === 'skipped') return <CircleSlash aria-hidden className={classes(look, 'text-ink-faint')} />;
  if (outcome === 'running')
    return <LoaderCircle aria-hidden className={classes(look, 'text-busy animate-spin')} />;
  return <Check aria-hidden className={classes(look, 'text-ok')} />;
}
