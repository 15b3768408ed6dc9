import { Hono } from 'hono';
import { html } from 'hono/html';

const app = new Hono();

/** Tells where it runs: Berth sets these variables in every instance. */
app.get('/', (c) => {
  const name = Deno.env.get('BERTH_APP') ?? 'hello-deno';
  return c.html(
    html`<!doctype html>
      <html lang="en">
        <meta charset="utf-8" />
        <title>${name}</title>
        <h1>Hello from ${name}</h1>
        <p>Release v${Deno.env.get('BERTH_RELEASE') ?? '?'}, Deno ${Deno.version.deno}.</p>
      </html>`,
  );
});

// It listens where DENO_SERVE_ADDRESS says: Berth sets it to PORT.
Deno.serve(app.fetch);
