import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { createRequire } from 'node:module';
import type * as Tls from 'node:tls';
import type * as Zlib from 'node:zlib';

/**
 * Node's own modules for the network, loaded when they are needed. An `import` of node:http would read all of its exports, among
 * them WebSocket, and so load undici: some 25 ms of every start, `berth --version` included.
 */
const require = createRequire(import.meta.url);

export const nodeHttp = (): typeof Http => require('node:http') as typeof Http;
export const nodeHttps = (): typeof Https => require('node:https') as typeof Https;
export const nodeTls = (): typeof Tls => require('node:tls') as typeof Tls;
export const nodeZlib = (): typeof Zlib => require('node:zlib') as typeof Zlib;
