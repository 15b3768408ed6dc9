import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/**
 * Copies a stopped app so many times, with its live release and deployment: rows alone, for nothing of a stopped app runs. A thousand
 * deployments would take an hour and leave the same. Resolves to what removes them again.
 */
export async function copyStoppedApps(
  url: string,
  source: string,
  count: number,
): Promise<() => Promise<void>> {
  const name = (index: number) => `${source}-copy-${index}`;
  await using(url, async (client) => {
    for (let index = 0; index < count; index += 1) {
      const ids = [randomUUID(), randomUUID(), randomUUID(), name(index), source];
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO "App" SELECT (jsonb_populate_record(NULL::"App", to_jsonb(a) || jsonb_build_object('id', $1::text, 'name', $4::text, 'liveReleaseId', $2::text, 'cronReleaseId', $2::text))).*
         FROM "App" a WHERE name = $5 AND $3::text IS NOT NULL`,
        ids,
      );
      await client.query(
        `INSERT INTO "Release" SELECT (jsonb_populate_record(NULL::"Release", to_jsonb(r) || jsonb_build_object('id', $2::text, 'appId', $1::text, 'buildId', NULL))).*
         FROM "Release" r JOIN "App" a ON a."liveReleaseId" = r.id WHERE a.name = $5 AND $3::text IS NOT NULL AND $4::text IS NOT NULL`,
        ids,
      );
      await client.query(
        `INSERT INTO "Deployment" SELECT (jsonb_populate_record(NULL::"Deployment", to_jsonb(d) || jsonb_build_object('id', $3::text, 'appId', $1::text, 'releaseId', $2::text, 'sourceId', NULL))).*
         FROM "Deployment" d JOIN "App" a ON a."liveReleaseId" = d."releaseId" WHERE a.name = $5 AND d.status = 'live' AND $4::text IS NOT NULL
         ORDER BY d.number DESC LIMIT 1`,
        ids,
      );
      await client.query('COMMIT');
    }
  });
  return () =>
    using(url, async (client) => {
      const copies = [`${source}-copy-%`];
      await client.query('UPDATE "App" SET "liveReleaseId" = NULL WHERE name LIKE $1', copies);
      for (const table of ['Deployment', 'Release', 'Event'])
        await client.query(
          `DELETE FROM "${table}" WHERE "appId" IN (SELECT id FROM "App" WHERE name LIKE $1)`,
          copies,
        );
      await client.query('DELETE FROM "App" WHERE name LIKE $1', copies);
    });
}

async function using(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
