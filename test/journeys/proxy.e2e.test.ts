import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { staticSite } from '../support/apps.js';
import { token } from '../support/berth.js';
import { Person, type CliResult } from '../support/cli.js';
import { companyNetwork, outsideName, type CompanyNetwork } from '../support/company-network.js';

/** The app that every platform starts with. */
const app = 'hello-node';

let network: CompanyNetwork;
let me: Person;
let authority = '';
beforeAll(async () => {
  [network, me] = await Promise.all([companyNetwork(), Person.create()]);
  authority = join(me.home, 'company.pem');
  await writeFile(authority, network.authority);
});
afterAll(async () => {
  network.close();
  await me.remove();
});

/** The command as somebody in the company has it. */
function berth(
  scheme: 'http' | 'https',
  args: string[],
  { proxy = network.proxy.href, trusts = true, input = '' } = {},
): Promise<CliResult> {
  const env = {
    ...{ BERTH_URL: `${scheme}://${outsideName}`, BERTH_TOKEN: token(), ALL_PROXY: proxy },
    ...(trusts && { NODE_EXTRA_CA_CERTS: authority }),
  };
  return me.berth(args, { env, input });
}

it.each(['https', 'http'] as const)(
  'requests, an upload, a stream and a terminal go to a platform by %s through the proxy',
  async (scheme) => {
    network.asked.length = 0;
    const site = await me.folder('site', staticSite('hello'));
    const [listed, planned, log, ran] = await Promise.all([
      berth(scheme, ['apps', '--json']),
      berth(scheme, ['plan', site]),
      berth(scheme, ['deployments', 'log', '1', '-f', '--app', app]),
      berth(scheme, ['run', app, '--rm', '-iq', '--', 'cat'], { input: 'there and back' }),
    ]);
    for (const one of [listed, planned, log, ran]) expect(one, one.stderr).toMatchObject({ code: 0 });
    expect([JSON.parse(listed.stdout), ran.stdout]).toEqual([
      expect.arrayContaining([expect.objectContaining({ name: app })]),
      'there and back',
    ]);
    // Of what goes by TLS it sees nothing else.
    if (scheme === 'https') expect(new Set(network.asked)).toEqual(new Set([`CONNECT ${outsideName}:443`]));
  },
);

it('what stands in the way is named: a proxy that refuses, an authority that nobody knows', async () => {
  const stranger = new URL(network.proxy);
  stranger.password = 'wrong';
  const [distrusted, ...refused] = await Promise.all([
    berth('https', ['apps'], { trusts: false }),
    berth('https', ['apps'], { proxy: stranger.href }),
    berth('http', ['apps'], { proxy: stranger.href }),
  ]);
  for (const one of refused) {
    expect(one).toMatchObject({ code: 5, stderr: expect.stringContaining('Is the proxy right?') });
    expect(one.stderr).not.toContain('wrong');
  }
  expect(distrusted).toMatchObject({ code: 5, stderr: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
});
