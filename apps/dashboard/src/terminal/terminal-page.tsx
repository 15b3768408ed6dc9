import { useCallback, useEffect, useRef, useState } from 'react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { RotateCw, SquareTerminal } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import type { Translate } from '../i18n/translate.ts';
import { useApp } from '../apps/use-app.ts';
import { useCan } from '../session/session.queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Screen } from './screen.tsx';
import type { SessionState } from './session.ts';

const route = getRouteApi('/shell/apps/$app/terminal');

/** A shell in an instance. The address names the instance; each try is a session of its own. */
export function TerminalPage() {
  const t = useT();
  const app = useApp();
  const { instance } = route.useSearch();
  const mayExec = useCan('app.exec', app.team);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<SessionState>({ at: 'opening' });
  const again = useRef<HTMLButtonElement>(null);
  const over = state.at !== 'opening' && state.at !== 'open';
  useEffect(() => {
    // Whoever was in the terminal stands before what may be done next.
    if (over && document.activeElement?.closest('.xterm')) again.current?.focus();
  }, [over]);
  const onState = useCallback((next: SessionState) => setState(next), []);
  useTitle(t('terminal.title'), app.name);
  if (!mayExec || instance === undefined)
    return (
      <Empty icon={<SquareTerminal />} title={t(mayExec ? 'terminal.noInstance' : 'terminal.notYours')}>
        <p className="mb-4">{t(mayExec ? 'terminal.noInstanceHint' : 'terminal.notYoursHint')}</p>
        {mayExec && (
          <Link to="/apps/$app/instances" params={{ app: app.name }} className={buttonClass('plain')}>
            {t('appPage.instances')}
          </Link>
        )}
      </Empty>
    );
  return (
    <Card
      title={t('terminal.title')}
      about={t('terminal.about', { instance: instance.slice(-8) })}
      actions={
        over && (
          <Button
            ref={again}
            small
            onClick={() => {
              setState({ at: 'opening' });
              setTurn((before) => before + 1);
            }}
          >
            <RotateCw aria-hidden /> {t('terminal.again')}
          </Button>
        )
      }
    >
      <Screen key={turn} app={app.name} instance={instance} onState={onState} />
      <p role="status" className="mt-3 text-sm text-ink-soft">
        {stateText(state, t)}
      </p>
    </Card>
  );
}

function stateText(state: SessionState, t: Translate): string {
  switch (state.at) {
    case 'opening':
      return t('terminal.opening');
    case 'open':
      return t('terminal.open');
    case 'ended':
      return t('terminal.ended', { code: state.code });
    case 'failed':
      return t('terminal.failed', { message: t.tell(state.code, state.message).text });
    case 'silent':
      return t('terminal.silent');
    case 'lost':
      return t('terminal.lost');
    case 'left':
      return t('terminal.left');
  }
}
