import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Logo } from '../shell/logo.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences.tsx';
import { metaQuery } from './session.queries.ts';

/** What surrounds the pages of somebody who is not in yet. It stands at the top: what comes later moves nothing above it. */
export function SignInFrame(props: { title: string; about: string; children: ReactNode }) {
  const meta = useQuery(metaQuery);
  return (
    <main className="grid min-h-dvh content-start justify-items-center px-4 pt-[max(2.5rem,14dvh)] pb-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <Logo className="size-14" />
          <h1 className="text-2xl font-semibold tracking-tight">{props.title}</h1>
          <p className="text-sm text-ink-soft">{props.about}</p>
        </div>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-card">{props.children}</div>
        <div className="mt-6 flex flex-wrap items-center justify-center gap-x-3 gap-y-2 text-sm text-ink-soft">
          <LanguageSwitch />
          <ThemeSwitch />
          {meta.data && <span>Berth {meta.data.version}</span>}
        </div>
      </div>
    </main>
  );
}
