/** One of Berth's own stacks that can stand in for an official image of Docker Hub. */
export interface StandIn {
  /** Name of the stack, as in stacks.json. */
  stack: string;
  /** For people: what is in it instead. */
  holds: string;
}

/** What a `FROM` gets from Berth's own stacks: a stand-in, or the reason why there is none. */
export type StandInAnswer = { standIn: StandIn } | { refused: string };

interface Rule {
  /** Versions that the stacks have, newest first, with the stack of each; the first answers a tag without a version. */
  versions: readonly (readonly [version: string, stack: string])[];
  /** How many numbers of a version must be the same: Python's minor versions are other languages. */
  same: number;
  title: string;
}

/** infra/stacks/table.mjs has these stacks; stacks.test.mjs compares. */
const RULES: Readonly<Record<string, Rule>> = {
  node: {
    title: 'Node',
    same: 1,
    versions: [
      ['24', 'hub-node'],
      ['26', 'hub-node-26'],
      ['22', 'hub-node-22'],
      ['20', 'hub-node-20'],
      ['18', 'hub-node-18'],
    ],
  },
  python: { title: 'Python', same: 2, versions: [['3.13', 'hub-python']] },
  golang: { title: 'Go', same: 1, versions: [['1', 'hub-golang']] },
  rust: { title: 'Rust', same: 1, versions: [['1', 'rust-build']] },
  nginx: { title: 'nginx', same: 1, versions: [['1', 'hub-nginx']] },
  'eclipse-temurin': {
    title: 'OpenJDK',
    same: 1,
    versions: [
      ['21', 'java-21-build'],
      ['25', 'java-25-build'],
    ],
  },
  debian: { title: 'Debian', same: 1, versions: [['13', 'base']] },
};

/** Debian's suites by number, where a tag names one. */
const SUITES: Readonly<Record<string, string>> = {
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  stable: '13',
  forky: '14',
};

/** Tags of other systems, for which no stack of Berth's can stand in. */
const OTHER_SYSTEM = /(?:^|-)(?:windowsservercore|nanoserver|ubi\d*|oraclelinux\d*|jammy|noble|focal)/;

/**
 * What Berth's own stacks have for an image of Docker Hub.
 * @param name without the registry: `library/node`
 * @param version tag or digest
 * @param usesApk does the Dockerfile call Alpine's package manager?
 */
export function standInFor(name: string, version: string, usesApk = false): StandInAnswer {
  const rule = name.startsWith('library/') ? RULES[name.slice('library/'.length)] : undefined;
  if (rule === undefined) return { refused: 'Berth has no stack that could stand in for it.' };
  if (version.startsWith('sha256:'))
    return { refused: 'It is named by its digest, and that can only be the very image.' };
  if (OTHER_SYSTEM.test(version))
    return {
      refused: `The tag ${version} is of another system than Debian, which Berth's stacks are made of.`,
    };
  if (usesApk && /(?:^|-)alpine/.test(version))
    return { refused: "The Dockerfile calls apk, and Berth's stacks are made of Debian." };
  const asked = numbersIn(name, version);
  const found = rule.versions.find(([has]) => asked === null || agree(asked, has, rule.same));
  if (found !== undefined) return { standIn: { stack: found[1], holds: rule.title } };
  const all = rule.versions.map(([has]) => has).join(', ');
  return { refused: `Berth's stacks have ${rule.title} ${all}, not ${version}.` };
}

/** The numbers at the beginning of a tag; null when it names no version. */
function numbersIn(name: string, tag: string): string[] | null {
  if (name === 'library/debian') {
    const suite = Object.entries(SUITES).find(([word]) => tag.split('-')[0] === word)?.[1];
    if (suite !== undefined) return [suite];
    if (tag.startsWith('latest')) return null;
  }
  const [, numbers] = /^v?(\d+(?:\.\d+)*)(?![a-z\d])/.exec(tag) ?? [];
  if (numbers !== undefined) return numbers.split('.');
  return /^(?:latest|lts|current|stable|mainline|slim|alpine|trixie|bookworm|bullseye)(?:-|$)/.test(tag)
    ? null
    : ['?'];
}

function agree(asked: readonly string[], has: string, same: number): boolean {
  const held = has.split('.').slice(0, same);
  // "python:3" asks for any of them.
  return asked.slice(0, held.length).every((number, at) => number === held[at]);
}
