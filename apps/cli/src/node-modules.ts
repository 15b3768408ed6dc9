import type * as ChildProcess from 'node:child_process';
import type * as Crypto from 'node:crypto';
import type * as Dns from 'node:dns';
import type * as Http from 'node:http';
import type * as Https from 'node:https';
import { createRequire } from 'node:module';
import type * as Net from 'node:net';
import type * as Readline from 'node:readline';
import type * as Tls from 'node:tls';
import type * as Util from 'node:util';
import type * as Zlib from 'node:zlib';

/**
 * Node's own modules that take milliseconds to load, loaded when they are needed: in one file an `import` stands at its top, and so is
 * part of every start, `berth --version` included. That of node:http would read all of its exports, among them WebSocket, and so load
 * undici: some 25 ms.
 */
const require = createRequire(import.meta.url);

export const nodeChildProcess = (): typeof ChildProcess =>
  require('node:child_process') as typeof ChildProcess;
export const nodeCrypto = (): typeof Crypto => require('node:crypto') as typeof Crypto;
export const nodeDns = (): typeof Dns => require('node:dns') as typeof Dns;
export const nodeHttp = (): typeof Http => require('node:http') as typeof Http;
export const nodeHttps = (): typeof Https => require('node:https') as typeof Https;
export const nodeNet = (): typeof Net => require('node:net') as typeof Net;
export const nodeReadline = (): typeof Readline => require('node:readline') as typeof Readline;
export const nodeTls = (): typeof Tls => require('node:tls') as typeof Tls;
export const nodeUtil = (): typeof Util => require('node:util') as typeof Util;
export const nodeZlib = (): typeof Zlib => require('node:zlib') as typeof Zlib;
