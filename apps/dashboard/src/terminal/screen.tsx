import { useEffect, useRef } from 'react';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { TerminalSession, type SessionState } from './session.ts';
import { allowXtermStyles } from './style-elements.ts';

/** A shell in an instance from its first to its last line: mount another for another try. */
export function Screen(props: { app: string; instance: string; onState: (state: SessionState) => void }) {
  const { app, instance, onState } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null) return;
    return run(place.current, { app, instance }, onState);
  }, [app, instance, onState]);
  return <div ref={place} className="h-[60dvh] min-h-64 overflow-hidden rounded-lg bg-log p-2" />;
}

/** Returns how to end it. */
function run(
  place: HTMLElement,
  where: { app: string; instance: string },
  onState: (state: SessionState) => void,
): () => void {
  const forbidStyles = allowXtermStyles();
  const terminal = new Terminal({ scrollback: 5_000, ...looks(place) });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  fit.fit();
  const encoder = new TextEncoder();
  const size = { columns: terminal.cols, rows: terminal.rows };
  const session = new TerminalSession(where, size, (data, drawn) => terminal.write(data, drawn), onState);
  terminal.onData((text) => session.type(encoder.encode(text)));
  terminal.onBinary((text) => session.type(Uint8Array.from(text, (one) => one.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => session.resize({ columns: cols, rows }));
  // Afterwards Tab and all other keys are the page's again.
  terminal.attachCustomKeyEventHandler(() => !session.isOver);
  const watch = new ResizeObserver(() => fit.fit());
  watch.observe(place);
  terminal.focus();
  return () => {
    watch.disconnect();
    session.close();
    terminal.dispose();
    forbidStyles();
  };
}

/** As the page's own logs look, in either theme. */
function looks(place: HTMLElement) {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const foreground = colour('--log-ink');
  return {
    fontFamily: style.getPropertyValue('--font-mono').trim() || 'monospace',
    fontSize: 13,
    // Programs choose colours for a background that they do not know.
    minimumContrastRatio: 4.5,
    theme: { background: colour('--log'), foreground, cursor: foreground },
  };
}
