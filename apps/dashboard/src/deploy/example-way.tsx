import { useQuery } from '@tanstack/react-query';
import type { ExampleView } from '#libs/contracts/api/examples.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { sourceOfTexts } from './chosen-source.ts';
import { examplesQuery, useUpload, type DeployTarget } from './deploy.queries.ts';

/** Deploys one of Berth's own example apps, under the name that was given or its own. */
export function ExampleWay({ target, team }: { target: DeployTarget | null; team: string }) {
  const t = useT();
  const examples = useQuery(examplesQuery);
  const upload = useUpload();
  const deploy = (example: ExampleView) => {
    upload.mutate({
      target: target ?? { kind: 'new', app: example.name, team },
      source: sourceOfTexts(example.name, example.files),
    });
  };
  return (
    <Loaded query={examples}>
      {({ items }) => (
        <div className="space-y-3">
          {upload.isError && <ProblemNote error={upload.error} />}
          <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {items.map((example) => (
              <li key={example.name} className="flex items-start gap-3 rounded-lg border border-line p-3">
                <div className="min-w-0 flex-1">
                  <p className="font-mono text-sm font-medium">{example.name}</p>
                  <p className="text-xs text-ink-soft">{example.about}</p>
                </div>
                <Button
                  small
                  aria-label={t('deploy.exampleAction', { name: example.name })}
                  disabled={team === ''}
                  busy={upload.isPending && upload.variables.source.name === example.name}
                  onClick={() => deploy(example)}
                >
                  {t('deploy.action')}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Loaded>
  );
}
