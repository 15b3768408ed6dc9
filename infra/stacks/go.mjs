import * as pins from '../pins.mjs';
import { environment, install } from './text.mjs';

const { version } = pins.go;

/**
 * Compiles Go programs. Debian's Go brings the pinned one by the Go module proxy, which needs no other host and checks it against
 * the checksum database; newer ones that an app asks for come the same way while the app is built.
 */
export const goBuild = {
  name: 'go-build',
  on: 'base',
  version,
  holds: `Go ${version} with its library compiled, git`,
  inputs: () => [pins.go],
  facts: async () => ({ go: goSettings() }),
  dockerfile: (from, { go = {} }) =>
    [
      `FROM ${from} AS fetch`,
      install(['golang-go']),
      `ENV ${environment({ GOTOOLCHAIN: `go${version}`, GOPATH: '/fetched', GOFLAGS: '-modcacherw', ...go })}`,
      'RUN ["go", "version"]',
      'RUN ["/bin/sh", "-ec", "mv /fetched/pkg/mod/golang.org/toolchain@* /usr/local/go && rm -rf /usr/local/go/test /usr/local/go/api"]',
      `FROM ${from}`,
      install(['git']),
      'COPY --from=fetch /usr/local/go/ /usr/local/go/',
      `ENV ${environment({
        PATH: '/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        GOTOOLCHAIN: 'auto',
        ...go,
      })}`,
      // Go ships its library as source: compiled here once, each app's cache begins with it.
      'USER 1000:1000',
      'RUN ["env", "HOME=/home/app", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOCACHE=/home/app/library", "go", "build", "-trimpath", "std"]',
      'USER 0:0',
      '',
    ].join('\n'),
  fill: async () => {},
};

/** How this host reaches Go modules, where somebody said so. */
function goSettings(env = process.env) {
  const names = ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE'];
  return Object.fromEntries(
    names.filter((name) => env[name] && !/\/\/[^/,|]*@/.test(env[name])).map((name) => [name, env[name]]),
  );
}
