import { statusOf, titleOf } from '../http/status-of.js';

/** What the `type` of problem details points at: every code with its status. */
export function problemsPage(): string {
  const rows = Object.entries({ ...statusOf, internal: 500 })
    .sort(([, a], [, b]) => a - b)
    .map(
      ([code, status]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status} ${titleOf[status]}</td></tr>`,
    );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Problem codes · Berth</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/problems.css" />
  </head>
  <body>
    <main>
      <h1>Problem codes</h1>
      <p>Errors are problem details (RFC 9457). <code>code</code> is stable; <code>detail</code> says what to do next.</p>
      <table>
        <thead><tr><th scope="col">code</th><th scope="col">status</th></tr></thead>
        <tbody>${rows.join('')}</tbody>
      </table>
      <p><a href="/docs">All of the API</a></p>
    </main>
  </body>
</html>
`;
}

export const problemsStyle = `body { margin: 0; font: 16px/1.6 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1rem }
table { width: 100%; border-collapse: collapse }
th, td { padding: .3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); text-align: left }
tr:target { background: color-mix(in srgb, currentColor 12%, transparent) }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere }
a { color: inherit }
`;
