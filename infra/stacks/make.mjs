import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../lib/files.mjs';
import { candidates } from '../lib/mirrors.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { suites } from '../pins.mjs';
import { throughAptMirrors } from './apt-mirrors.mjs';
import { hash } from './hash.mjs';
import { proxyArgs } from './host-network.mjs';

/** What apt and dpkg say besides the one line for each package that tells. */
const noise =
  /^(?:\s|Selecting previously|Preparing to unpack|\(Reading database|Unpacking |Processing triggers|Reading |Building dep|Adding '|update-alternatives|debconf: |After this|The following|Suggested|Recommended)/;

/** Tag, Dockerfile and facts of a stack on top of what `known` has for the one below it. */
export async function describe(copy, stack, known, host) {
  const facts = { ...host, ...(await stack.facts?.()) };
  const dockerfile = stack.dockerfile(stack.from?.(copy, facts) ?? known[stack.on], facts);
  const key = hash([dockerfile, stack.inputs(facts)]);
  return { tag: `berth/stack-${stack.name}:${stack.version}-${key}`, dockerfile, facts };
}

/** Builds one stack from a folder that it fills. */
export async function make(copy, engine, stack, { tag, dockerfile, facts }, note) {
  note(`building ${tag}: ${stack.holds}`);
  const said = [];
  const onLine = (line) => {
    if (noise.test(line)) return;
    said.push(line);
    if (said.length > 40) said.shift();
    note(line);
  };
  try {
    await build(copy, engine, dockerfile, {
      suite: stack.suite,
      fill: (folder) => stack.fill(copy, folder, facts),
      tag,
      labels: {
        'berth.stack': stack.name,
        'berth.stack.of': copy.id,
        'berth.stack.version': stack.version,
        'berth.stack.holds': stack.holds,
        ...(facts.edition && { 'berth.stack.edition': facts.edition }),
      },
      onLine,
    });
  } catch (cause) {
    throw cause instanceof Problem ? cause : cannotMake(copy, stack, said, cause);
  }
}

/**
 * Builds from a folder of the Dockerfile and what `fill` writes, on a Debian of `suite`; the rest of `options` is Engine.build's. Owners and times are fixed, so that
 * equal input makes equal layers.
 */
export async function build(copy, engine, dockerfile, { fill, suite = suites[0], ...options }) {
  const folder = copy.path('stacks', `build.${process.pid}`);
  const tar = `${folder}.tar`;
  await removeTree(folder);
  await mkdir(join(folder, 'files'), { recursive: true });
  try {
    const mirrors = await candidates('debian', copy.home);
    await writeFile(join(folder, 'Dockerfile'), await throughAptMirrors(dockerfile, mirrors, folder, suite));
    await fill?.(folder);
    const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run('tar', ['-cf', tar, ...fixed, '-C', folder, '.']);
    await engine.build(tar, { args: proxyArgs(), ...options });
  } finally {
    await removeTree(folder);
    await rm(tar, { force: true });
  }
}

/** What could not be reached is what people can mend: the last lines about it say more than an exit code. */
function cannotMake(copy, stack, said, cause) {
  const telling = said.filter((line) =>
    /^(?:E|Err|W|error|curl|fatal)[: ]|could not|failed|timed out/i.test(line),
  );
  const words = (telling.length > 0 ? telling : said).slice(-3).join(' | ') || cause.message;
  return new Problem({
    what: `The stack image "${stack.name}" (${stack.holds}) could not be made.`,
    why: `Its build said: ${words.slice(-600)}`,
    fix: `Check that this host reaches Debian's mirror and the package registries (proxies and mirrors included), then try again; the Engine's log is ${join(copy.logs, 'docker.log')}.`,
    cause,
  });
}
