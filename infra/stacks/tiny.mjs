import { environment, install } from './text.mjs';

/**
 * Runs programs that need no library: certificates, time zones, the user, and a busybox for the shell that a Procfile, or a
 * person who looks into an instance, may want.
 */
export const tiny = {
  name: 'tiny',
  on: 'base',
  withoutApt: true,
  version: '1',
  holds: 'busybox, certificates, time zones, user app (1000)',
  inputs: () => null,
  dockerfile: (from, { network }) =>
    [
      `FROM ${from} AS full`,
      install(['busybox-static']),
      'RUN ["mkdir", "-m", "1777", "/new-tmp"]',
      'FROM scratch',
      'COPY --from=full /bin/busybox /bin/busybox',
      'COPY --from=full /etc/ssl/certs/ /etc/ssl/certs/',
      'COPY --from=full /usr/share/zoneinfo/ /usr/share/zoneinfo/',
      'COPY --from=full ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/"]',
      'COPY --from=full /new-tmp/ /tmp/',
      'COPY --from=full --chown=1000:1000 /home/app/ /home/app/',
      'COPY --from=full --chown=1000:1000 /app/ /app/',
      'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
      `ENV ${environment({
        PATH: '/app/bin:/usr/local/bin:/usr/bin:/bin',
        SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
        LANG: 'C.UTF-8',
        ...network,
      })}`,
      'CMD ["/bin/sh"]',
      '',
    ].join('\n'),
  fill: async () => {},
};
