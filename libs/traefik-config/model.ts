/** The part of Traefik's dynamic configuration (v3, file provider) that Berth writes. JSON is YAML: files end in .yml. */
export interface DynamicConfiguration {
  http: {
    routers?: Record<string, Router>;
    services?: Record<string, Service>;
    middlewares?: Record<string, Middleware>;
    serversTransports?: Record<string, ServersTransport>;
  };
}

export interface Router {
  rule: string;
  service: string;
  entryPoints: string[];
  middlewares?: string[];
  /** Higher wins. Without it, the length of the rule. */
  priority?: number;
  /** Answers TLS, and nothing else. */
  tls?: Record<string, never>;
}

export type Service = ServersService | WeightedService;

/** Shares requests out between other services. */
export interface WeightedService {
  weighted: {
    services: { name: string; weight: number }[];
    sticky?: { cookie: { name: string; path: string; httpOnly: boolean; sameSite: 'lax' } };
  };
}

export interface ServersService {
  loadBalancer: {
    servers: { url: string }[];
    passHostHeader: boolean;
    serversTransport: string;
    /** Traefik 3.4 and newer; round robin without it. */
    strategy?: 'p2c';
  };
}

export type Middleware =
  | { headers: { customRequestHeaders: Record<string, string> } }
  | { retry: { attempts: number; initialInterval: string } };

export interface ServersTransport {
  maxIdleConnsPerHost: number;
  forwardingTimeouts: { dialTimeout: string; idleConnTimeout: string; responseHeaderTimeout: string };
}
