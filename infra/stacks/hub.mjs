import { suites } from '../pins.mjs';
import { goBuild } from './go.mjs';
import { pythonIndex } from './host-network.mjs';
import { node, otherNodes } from './node.mjs';
import { environment, install } from './text.mjs';

/**
 * Stacks that stand in for official images of Docker Hub where no registry answers (libs/core/stand-ins.ts): like them they begin as root, with
 * the names and commands that Dockerfiles written for those images use.
 */
const nodes = [node, ...otherNodes].map((stack) => ({
  name: `hub-${stack.name}`,
  on: stack.name,
  version: stack.version,
  holds: `${stack.holds}; in place of Docker Hub's node`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      // Its user has the id of ours.
      'RUN ["useradd", "--non-unique", "--uid", "1000", "--gid", "1000", "--no-log-init", "--create-home", "--shell", "/bin/sh", "node"]',
      'CMD ["node"]',
      '',
    ].join('\n'),
  fill: async () => {},
}));

const [suite] = suites;
const pythonVersion = '3.13';
const python = {
  name: 'hub-python',
  on: 'base',
  version: pythonVersion,
  holds: `Python ${pythonVersion} of Debian ${suite} with pip, gcc; in place of Docker Hub's python`,
  inputs: () => null,
  facts: async () => ({ index: await pythonIndex() }),
  dockerfile: (from, { index }) =>
    [
      `FROM ${from}`,
      install([
        ...['python3', 'python3-dev', 'python3-pip', 'python3-venv', 'python-is-python3', 'media-types'],
        ...['gcc', 'g++', 'make', 'git', 'pkg-config', 'libpq-dev', 'libffi-dev'],
      ]),
      `ENV ${environment({
        // Nothing but the app is in this image: packages may go beside Debian's.
        PIP_BREAK_SYSTEM_PACKAGES: '1',
        PIP_ROOT_USER_ACTION: 'ignore',
        REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt',
        SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
        ...(index && { PIP_INDEX_URL: index }),
      })}`,
      'CMD ["python3"]',
      '',
    ].join('\n'),
  fill: async () => {},
};

const golang = {
  name: 'hub-golang',
  on: 'go-build',
  version: goBuild.version,
  holds: `${goBuild.holds}, gcc; in place of Docker Hub's golang`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['gcc', 'g++', 'libc6-dev', 'make', 'pkg-config']),
      `ENV ${environment({
        GOPATH: '/go',
        // Go's library is compiled in the stack below, with this flag; anew it takes minutes.
        GOCACHE: '/home/app/library',
        GOFLAGS: '-trimpath',
        PATH: '/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      })}`,
      'RUN ["mkdir", "-p", "-m", "1777", "/go/src", "/go/bin"]',
      // Whatever user the Dockerfile names compiles into it.
      'RUN ["find", "/home/app/library", "-type", "d", "-exec", "chmod", "1777", "{}", "+"]',
      'WORKDIR /go',
      'CMD ["/bin/sh"]',
      '',
    ].join('\n'),
  fill: async () => {},
};

/** Paths of the official image, in which Dockerfiles put pages and settings. */
const nginxScript = [
  'rm -f /etc/nginx/sites-enabled/default',
  'mkdir -p /usr/share/nginx/html /etc/nginx/conf.d',
  "printf 'server {\\n  listen 80;\\n  location / {\\n    root /usr/share/nginx/html;\\n    index index.html;\\n  }\\n}\\n' > /etc/nginx/conf.d/default.conf",
  // Apps have none of root's capabilities, so nginx cannot become another user: the one that its settings name is another name for root.
  'groupadd --non-unique --gid 0 nginx',
  'useradd --non-unique --uid 0 --gid 0 --no-log-init --no-create-home --shell /usr/sbin/nologin nginx',
  "sed -i 's/^user .*/user nginx;/' /etc/nginx/nginx.conf",
  'ln -sf /dev/stdout /var/log/nginx/access.log',
  'ln -sf /dev/stderr /var/log/nginx/error.log',
].join(' && ');

const nginx = {
  name: 'hub-nginx',
  on: 'base',
  version: '1.26',
  holds: `nginx 1.26 of Debian ${suite}; in place of Docker Hub's nginx`,
  inputs: () => null,
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      install(['nginx-light']),
      `RUN ${JSON.stringify(['/bin/sh', '-ec', nginxScript])}`,
      'EXPOSE 80',
      'STOPSIGNAL SIGQUIT',
      'CMD ["nginx", "-g", "daemon off;"]',
      '',
    ].join('\n'),
  fill: async () => {},
};

export const hubStandIns = [...nodes, python, golang, nginx];
