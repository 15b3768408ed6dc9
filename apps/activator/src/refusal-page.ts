import { createHash } from 'node:crypto';
import type { Refusal } from '#apps/activator/src/refusal.js';

const style = `
:root { color-scheme: light dark; --ink: #17202a; --soft: #52606d; --paper: #f7f8fa; --box: #fff; --line: #dfe3e8 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --soft: #9aa7b4; --paper: #10151b; --box: #182029; --line: #2a3540 } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif }
main { max-width: 34rem; margin: 1.5rem; padding: 2rem; background: var(--box); border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.3 }
p { margin: 0; overflow-wrap: anywhere }
pre { margin: 1rem 0 0; padding: .75rem 1rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; font: 14px/1.6 ui-monospace, monospace }
small { display: block; margin-top: 1.5rem; color: var(--soft) }
`;

/** What the page may do: show the style above, and nothing else. No other style can be put into it, whatever a host is called. */
export const refusalPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

/** The page that a browser gets instead of the app: one file, no script, readable in light and dark. */
export function refusalPage(refusal: Refusal): string {
  const commands =
    refusal.commands.length === 0
      ? ''
      : `<pre tabindex="0">${refusal.commands.map(escapeHtml).join('\n')}</pre>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(refusal.title)}</title>
<style>${style}</style>
<main>
<h1>${escapeHtml(refusal.title)}</h1>
<p>${escapeHtml(refusal.detail)}</p>
${commands}
<small>${refusal.status} · ${refusal.code} · answered by Berth, not by the app</small>
</main>
</html>
`;
}

/** Text as HTML text or attribute value. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
