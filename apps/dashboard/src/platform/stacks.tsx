import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { RebuiltApps, StackList } from '#libs/contracts/api/stacks.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Loaded, problemText } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { stacksQuery, useRebuildApps } from './stacks.queries.ts';

/** The images that languages are built and run on, and the apps that stand on older ones. */
export function Stacks() {
  const t = useT();
  const notify = useNotify();
  const stacks = useQuery(stacksQuery);
  const rebuild = useRebuildApps();
  const behind = new Set(stacks.data?.items.flatMap((stack) => stack.behind.map(({ app }) => app)));
  const tell = ({ accepted, refused }: RebuiltApps) => {
    notify(t('stacks.rebuilding', { count: accepted.length }));
    for (const { app, reason } of refused) notify(t('stacks.refused', { app, reason: t.say(reason) }), 'bad');
  };
  return (
    <Card
      title={t('stacks.title')}
      about={t('stacks.about')}
      actions={
        behind.size > 0 && (
          <Button
            small
            busy={rebuild.isPending}
            onClick={() =>
              rebuild.mutate(undefined, {
                onSuccess: tell,
                onError: (error) => notify(problemText(error, t), 'bad'),
              })
            }
          >
            {t('stacks.rebuild', { count: behind.size })}
          </Button>
        )
      }
    >
      <Loaded query={stacks}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-sm text-ink-soft">{t('stacks.none')}</p>
          ) : (
            <ul className="divide-y divide-line text-sm">
              {items.map((stack) => (
                <Stack key={stack.name} stack={stack} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Stack({ stack: { name, image, madeAt, current, behind } }: { stack: StackList['items'][number] }) {
  const t = useT();
  return (
    <li className="py-2 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="w-24 font-medium">{name}</span>
        <span className="order-last min-w-0 basis-full font-mono text-xs text-ink-soft wrap-anywhere sm:order-none sm:flex-1">
          {image ?? t('stacks.notMade')}
        </span>
        {image !== null && (
          <span className="text-ink-soft">
            {madeAt !== null && (
              <>
                <Ago at={madeAt} /> ·{' '}
              </>
            )}
            {name === 'base' ? t('stacks.base') : t('stacks.current', { count: current })}
          </span>
        )}
      </div>
      {behind.length > 0 && (
        <p className="flex flex-wrap gap-x-2 text-warn">
          {t('stacks.behind', { count: behind.length })}
          {behind.map(({ app, release }) => (
            <Link key={app} to="/apps/$app" params={{ app }} className="hover:underline">
              {app} v{release}
            </Link>
          ))}
        </p>
      )}
    </li>
  );
}
