/**
 * Makes the database that a URL names if its server has none of that name, then brings it to the present schema.
 * Runs after packages were installed: it uses npm's `pg`.
 * @param {string} url
 * @returns {Promise<string>} what was done, for the progress line
 */
export async function bringDatabase(url) {
  const created = await ensureDatabase(url);
  const { migrate } = await import('../migrate.mjs');
  const applied = await migrate(url);
  if (applied.length === 0) return 'up to date';
  return `${created ? 'made; ' : ''}applied ${applied.length === 1 ? applied[0] : `${applied.length} migrations`}`;
}

async function ensureDatabase(url) {
  const { default: pg } = await import('pg');
  const target = new URL(url);
  const name = decodeURIComponent(target.pathname.slice(1));
  if (await connects(pg, url)) return false;
  target.pathname = '/postgres';
  const client = new pg.Client({ connectionString: target.href });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end();
  }
}

/** false when the server says that there is no such database; every other trouble is an error. */
async function connects(pg, url) {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error.code === '3D000') return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
