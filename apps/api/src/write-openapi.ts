import { readFile, writeFile } from 'node:fs/promises';
import { documentApp } from './docs/document-app.js';
import { openApiDocument } from './docs/openapi.js';
import { openApiFile } from './paths.js';

/**
 * Writes docs/openapi.json. With `--check` it writes nothing and ends with code 1 when the file differs from what the code says.
 */
const app = await documentApp();
const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
await app.close();
if (process.argv.includes('--check')) {
  if ((await readFile(openApiFile, 'utf8').catch(() => '')) !== text) {
    console.error('docs/openapi.json is not what the code says; run `npm run generate` and commit it.');
    process.exitCode = 1;
  }
} else await writeFile(openApiFile, text);
