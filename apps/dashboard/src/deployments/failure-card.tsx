import { Fragment } from 'react';
import { Lightbulb, OctagonX } from 'lucide-react';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import type { StepName } from '#libs/core/steps.js';
import { deploymentSteps } from '#libs/core/steps.js';
import { useT } from '../i18n/i18n.tsx';
import { AnsiText } from '../logs/ansi-text.tsx';
import { toldText } from '../ui/states.tsx';

/** Why a deployment failed: the step, the cause, what to try, and the last lines that were printed. */
export function FailureCard({ error }: { error: DeploymentError }) {
  const t = useT();
  return (
    <section
      aria-label={t('failure.title')}
      className="overflow-hidden rounded-xl border border-bad-dot/50 bg-surface"
    >
      <div className="flex gap-3 bg-bad-soft px-4 py-3 text-bad sm:px-5">
        <OctagonX aria-hidden className="mt-0.5 size-5 shrink-0" />
        <div className="min-w-0">
          <h2 className="font-semibold">
            {isStep(error.step) && error.step !== 'queue'
              ? t('failure.atStep', { step: t(`step.${error.step}`) })
              : t('failure.title')}
          </h2>
          <p className="wrap-anywhere">{toldText(error.code, error.message, t)}</p>
        </div>
      </div>
      {error.hint !== null && (
        <div className="flex gap-3 border-b border-line px-4 py-3 sm:px-5">
          <Lightbulb aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
          <div className="min-w-0">
            <h3 className="text-sm font-semibold">{t('failure.hint')}</h3>
            <p className="text-sm wrap-anywhere">{t.say(error.hint)}</p>
          </div>
        </div>
      )}
      {error.lines.length > 0 && (
        <details open className="px-4 py-3 sm:px-5">
          <summary className="text-sm font-semibold">{t('failure.lines')}</summary>
          <pre
            tabIndex={0}
            aria-label={t('failure.lines')}
            className="mt-2 max-h-64 overflow-auto rounded-lg bg-log p-3 font-mono text-[0.8125rem] whitespace-pre-wrap text-log-ink wrap-anywhere"
          >
            {error.lines.map((line, index) => (
              <Fragment key={index}>
                <AnsiText line={line} />
                {'\n'}
              </Fragment>
            ))}
          </pre>
        </details>
      )}
    </section>
  );
}

function isStep(name: string): name is StepName {
  return (deploymentSteps as readonly string[]).includes(name);
}
