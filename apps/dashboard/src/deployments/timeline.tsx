import { Check, CircleSlash, LoaderCircle, X } from 'lucide-react';
import type { StepView } from '#libs/contracts/api/deployments.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { Duration, useNow } from '../ui/time.tsx';
import { stepFacts } from './step-facts.ts';
import { timelineOf, type TimelineRow } from './timeline-rows.ts';

/** What Berth did, step by step, each with its time on one common scale. */
export function Timeline({ steps, running }: { steps: StepView[]; running: boolean }) {
  const t = useT();
  // A finished timeline does not depend on the clock.
  const now = useNow();
  if (steps.length === 0) return <p className="text-sm text-ink-soft">{t('timeline.none')}</p>;
  return (
    <ol className="space-y-5">
      {timelineOf(steps, now).map(({ stage, ms, rows }) => (
        <li key={stage}>
          <div className="mb-1.5 flex items-baseline justify-between gap-3 text-xs font-medium text-ink-faint">
            <h3>{t(`timeline.stage.${stage}`)}</h3>
            <Duration ms={ms} />
          </div>
          <ol className="divide-y divide-line rounded-lg border border-line">
            {rows.map((row) => (
              <Row key={`${row.step.name} ${row.step.subject}`} row={row} running={running} />
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

function Row({ row: { step, from, width }, running }: { row: TimelineRow; running: boolean }) {
  const t = useT();
  const live = step.outcome === 'running' && running;
  return (
    <li className="px-3 py-2">
      <div className="flex items-start gap-2.5 text-sm">
        <Mark outcome={step.outcome} live={live} />
        <div className="min-w-0 flex-1">
          <div className="flex items-baseline justify-between gap-3">
            <span className={classes('min-w-0', step.outcome === 'skipped' && 'text-ink-soft')}>
              {t(`step.${step.name}`)}
              <span className="sr-only"> ({t(`step.outcome.${step.outcome}`)})</span>
            </span>
            <span className="text-ink-soft">
              <Duration ms={step.ms} since={live ? step.startedAt : null} />
            </span>
          </div>
          <StepFacts step={step} />
        </div>
      </div>
      <div aria-hidden className="relative mt-1.5 ml-6.5 h-1 rounded-full bg-sunken">
        <div
          className={classes('absolute h-1 min-w-1 rounded-full', bars[step.outcome])}
          style={{ left: `${Math.min(from * 100, 99)}%`, width: `${width * 100}%` }}
        />
      </div>
    </li>
  );
}

function StepFacts({ step }: { step: StepView }) {
  const facts = stepFacts(step);
  if (facts.length === 0) return null;
  return (
    <p className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-soft">
      {facts.map(({ name, value }) => (
        <span key={name} className="min-w-0 wrap-anywhere">
          {name} <code className="text-ink">{value}</code>
        </span>
      ))}
    </p>
  );
}

function Mark({ outcome, live }: { outcome: StepView['outcome']; live: boolean }) {
  const look = 'mt-0.5 size-4 shrink-0';
  if (outcome === 'failed') return <X aria-hidden className={classes(look, 'text-bad')} />;
  if (outcome === 'skipped') return <CircleSlash aria-hidden className={classes(look, 'text-ink-faint')} />;
  if (outcome === 'running')
    return <LoaderCircle aria-hidden className={classes(look, 'text-busy', live && 'animate-spin')} />;
  return <Check aria-hidden className={classes(look, 'text-ok')} />;
}
