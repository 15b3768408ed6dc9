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
  <head><meta charset="utf-8" /><title>Berth: problem codes</title></head>
  <body>
    <h1>Problem codes</h1>
    <p>Errors are problem details (RFC 9457). <code>code</code> is stable; <code>detail</code> says what to do next.</p>
    <table><thead><tr><th>code</th><th>status</th></tr></thead><tbody>${rows.join('')}</tbody></table>
  </body>
</html>
`;
}
