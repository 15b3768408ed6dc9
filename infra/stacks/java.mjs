import * as pins from '../pins.mjs';
import { environment, install } from './text.mjs';

/** Long-term versions that Debian's suite has; apps are compiled for the one that they ask for. */
const versions = ['21', '25'];

/** Runs Java programs. */
export const javas = versions.map((version) => ({
  name: `java-${version}`,
  on: 'base',
  version,
  holds: `OpenJDK ${version} (runtime) of Debian ${pins.base.suite}`,
  inputs: () => null,
  dockerfile: (from) => [`FROM ${from}`, install([`openjdk-${version}-jre-headless`]), ''].join('\n'),
  fill: async () => {},
}));

/** Compiles Java programs, for older versions too. */
export const javaBuilds = versions.map((version) => ({
  name: `java-${version}-build`,
  on: `java-${version}`,
  version,
  holds: `OpenJDK ${version}, Maven of Debian ${pins.base.suite}, git`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install([`openjdk-${version}-jdk-headless`, 'maven', 'git']),
      // Builds are short: what compiles a JVM's own code best takes longer than it gains.
      `ENV ${environment({ MAVEN_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx1g' })}`,
      '',
    ].join('\n'),
  fill: async () => {},
}));
