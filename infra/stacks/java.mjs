import { suites } from '../pins.mjs';
import { environment, install } from './text.mjs';

const [suite] = suites;
/** Long-term versions that Debian's suite has; apps are compiled for the one that they ask for. */
const versions = ['21', '25'];

/** Runs Java programs. */
export const javas = versions.map((version) => ({
  name: `java-${version}`,
  on: 'base',
  version,
  holds: `OpenJDK ${version} (runtime) of Debian ${suite}`,
  inputs: () => null,
  dockerfile: (from) => [`FROM ${from}`, install([`openjdk-${version}-jre-headless`]), ''].join('\n'),
  fill: async () => {},
}));

/** Compiles Java programs, for older versions too. */
export const javaBuilds = versions.map((version) => ({
  name: `java-${version}-build`,
  on: `java-${version}`,
  version,
  holds: `OpenJDK ${version}, Maven of Debian ${suite}, git`,
  inputs: () => null,
  dockerfile: (from, { network }) =>
    [
      `FROM ${from}`,
      install([`openjdk-${version}-jdk-headless`, 'maven', 'git']),
      `ENV ${environment(toolOptions(network))}`,
      '',
    ].join('\n'),
  fill: async () => {},
}));

/** Options of the JVMs that run Maven and Gradle. */
function toolOptions(network = {}) {
  // Builds are short: what compiles a JVM's own code best takes longer than it gains.
  const quick = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g';
  const proxies = jvmProxies(network);
  if (proxies.length === 0) return { MAVEN_OPTS: quick };
  // Maven asks for the JVM's proxies only when it is told to.
  const maven = ['-Daether.connector.http.useSystemProperties=true', ...proxies];
  // Older wrappers of Gradle hand their options to a shell, which the bars in the list of exceptions would confuse.
  const gradle = proxies.filter((option) => !option.includes('|'));
  return { MAVEN_OPTS: [quick, ...maven].join(' '), GRADLE_OPTS: gradle.join(' ') };
}

/** This host's proxies as a JVM knows them: it does not read the variables that all others read. */
export function jvmProxies(network) {
  const found = [];
  for (const scheme of ['http', 'https']) {
    const name = `${scheme}_proxy`;
    const address = network[name.toUpperCase()] ?? network[name];
    if (!address || !URL.canParse(address)) continue;
    const { hostname, port, protocol } = new URL(address);
    found.push(
      `-D${scheme}.proxyHost=${hostname}`,
      `-D${scheme}.proxyPort=${port || (protocol === 'https:' ? 443 : 80)}`,
    );
  }
  const without = (network.NO_PROXY ?? network.no_proxy ?? '')
    .split(',')
    .map((host) => host.trim().replace(/^\./, '*.'))
    .filter((host) => /^[\w.*-]+$/.test(host));
  // One list for both schemes.
  return found.length > 0 && without.length > 0
    ? [...found, `-Dhttp.nonProxyHosts=${without.join('|')}`]
    : found;
}
