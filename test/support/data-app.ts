import type { Files } from './apps.js';

/**
 * A Node app without dependencies that uses the add-ons that are attached to it: `POST /sql` and `POST /redis` carry out their body with
 * the URL of its environment, and every other path tells the environment.
 */
export function dataApp(): Files {
  return {
    'package.json': JSON.stringify({ name: 'data', scripts: { start: 'node server.js' } }),
    'server.js': server,
  };
}

/** As little of both protocols as it takes: SCRAM (RFC 5802) and simple queries of Postgres, inline commands of Redis. */
const server = String.raw`
const http = require('node:http');
const net = require('node:net');
const crypto = require('node:crypto');
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();
const int32 = (value) => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(value); return bytes; };

function dial(url, onConnect, onData, reject) {
  const socket = net.connect(Number(url.port), url.hostname, () => onConnect(socket));
  socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
  socket.on('data', (data) => onData(data, socket)).on('error', reject).on('close', () => reject(new Error('closed')));
}

function sql(query) {
  const url = new URL(process.env.DATABASE_URL);
  const send = (socket, type, ...parts) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
    socket.write(Buffer.concat([Buffer.from(type), int32(body.length + 4), body]));
  };
  return new Promise((resolve, reject) => {
    const bare = 'n=,r=' + crypto.randomBytes(12).toString('base64');
    let unread = Buffer.alloc(0);
    let asked = false;
    const rows = [];
    const heard = {
      R(body, socket) {
        const step = body.readInt32BE(0);
        const said = body.subarray(4).toString();
        if (step === 10) send(socket, 'p', 'SCRAM-SHA-256\0', int32(bare.length + 3), 'n,,' + bare);
        if (step !== 11) return;
        const { r, s, i } = Object.fromEntries(said.split(',').map((part) => [part[0], part.slice(2)]));
        const salted = crypto.pbkdf2Sync(url.password, Buffer.from(s, 'base64'), Number(i), 32, 'sha256');
        const key = hmac(salted, 'Client Key');
        const last = 'c=biws,r=' + r;
        const signature = hmac(crypto.createHash('sha256').update(key).digest(), [bare, said, last].join());
        send(socket, 'p', last + ',p=' + Buffer.from(key.map((byte, at) => byte ^ signature[at])).toString('base64'));
      },
      D(body) {
        const length = body.readInt32BE(2);
        rows.push(length === -1 ? null : body.subarray(6, 6 + length).toString());
      },
      E(body) { reject(new Error(body.toString().replaceAll('\0', ' '))); },
      Z(_, socket) {
        if (asked) return void (resolve(rows), socket.end());
        asked = true;
        send(socket, 'Q', query + '\0');
      },
    };
    const hello = (socket) =>
      send(socket, '', int32(196608), 'user\0' + url.username + '\0database\0' + url.pathname.slice(1) + '\0\0');
    dial(url, hello, (data, socket) => {
      unread = Buffer.concat([unread, data]);
      for (; unread.length > 4 && unread.length > unread.readInt32BE(1); ) {
        const end = unread.readInt32BE(1) + 1;
        heard[String.fromCharCode(unread[0])]?.(unread.subarray(5, end), socket);
        unread = unread.subarray(end);
      }
    }, reject);
  });
}

function redis(command) {
  const url = new URL(process.env.REDIS_URL);
  return new Promise((resolve, reject) => {
    let said = '';
    const hello = (socket) => socket.write('AUTH ' + url.username + ' ' + url.password + '\r\n' + command + '\r\nQUIT\r\n');
    dial(url, hello, (data) => {
      said += data;
      // What was asked is between the answers to AUTH and to QUIT.
      if (said.endsWith('+OK\r\n') && said.length > 10) resolve(said.split('\r\n').slice(1, -2));
    }, reject);
  });
}

const paths = { '/sql': sql, '/redis': redis };
http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const work = paths[request.url] ?? (() => process.env);
  const answer = await Promise.resolve(Buffer.concat(chunks).toString()).then(work).catch((error) => ({ error: error.message }));
  response.end(JSON.stringify(answer));
}).listen(process.env.PORT, '0.0.0.0');
`;
