import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const localFolder = '/usr/local/share/ca-certificates';
const systemBundle = '/etc/ssl/certs/ca-certificates.crt';
const bundleVariables = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
];

/**
 * Certificate authorities that this host trusts beyond Debian's own set, as PEM texts, sorted: behind a proxy that opens
 * TLS, builds and apps need them.
 * @returns {Promise<string[]>}
 */
export async function hostCertificates(env = process.env) {
  const texts = [];
  for (const name of await readdir(localFolder, { recursive: true }).catch(() => [])) {
    if (name.endsWith('.crt')) texts.push(await readFile(join(localFolder, name), 'utf8').catch(() => ''));
  }
  for (const path of new Set(bundleVariables.map((name) => env[name]).filter(Boolean))) {
    if (path !== systemBundle) texts.push(await readFile(path, 'utf8').catch(() => ''));
  }
  return [...new Set(texts.flatMap(certificatesIn))].sort();
}

/** The certificates in a PEM text, each by itself. */
export function certificatesIn(text) {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g)].map(
    (match) => `${match[0].replace(/\r/g, '')}\n`,
  );
}
