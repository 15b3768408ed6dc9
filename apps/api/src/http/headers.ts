import helmet from 'helmet';
import type { RequestHandler } from 'express';

/**
 * Headers for every answer. Pages load from the platform alone, run no inline script and cannot be framed; an app's page on
 * another host gets nothing of the platform's. What they may frame are the apps' own addresses, which are other origins.
 *
 * @param https whether visitors come by https: only then may browsers be told to insist on it.
 * @param apps the apps' addresses as a source of the policy, `http://*.apps.localhost:8080`.
 */
export function securityHeaders({ https, apps }: { https: boolean; apps: string }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameSrc: [apps],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        ...(https && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: https && { maxAge: 31_536_000 },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Would block `http://berth.localhost` on some browsers without giving anything on plain HTTP.
    originAgentCluster: false,
  });
}
