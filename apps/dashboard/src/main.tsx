import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeQueryClient } from './client/query-client.ts';
import { I18nProvider } from './i18n/i18n.tsx';
import { languages, preferredLanguage } from './i18n/languages.ts';
import { makeRouter } from './router.tsx';
import { followSystemTheme } from './theme/theme.ts';
import './styles.css';

const client = makeQueryClient();
const router = makeRouter(client);

async function start(): Promise<void> {
  followSystemTheme();
  const language = preferredLanguage();
  const initial = { language, dictionary: await languages[language].load() };
  document.documentElement.lang = language;
  forgetReloads();
  const element = document.getElementById('root');
  if (element === null) throw new Error('index.html has no #root.');
  createRoot(element).render(
    <StrictMode>
      <I18nProvider initial={initial}>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

/** The page runs: boot.js may count its reloads anew. */
function forgetReloads(): void {
  try {
    sessionStorage.removeItem('berth.reloads');
  } catch {
    // Storage is off: boot.js counted nothing.
  }
}

// Without its texts there is no page: boot.js loads it again.
start().catch(() => dispatchEvent(new Event('berth:not-started')));
