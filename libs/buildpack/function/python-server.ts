/** Where the server lies in an image, outside the app's own folder. */
export const PYTHON_SERVER_PATH = '/home/app/function-server.py';

/** What starts the server; the author's file comes last. */
export const pythonCommand = ['python3', PYTHON_SERVER_PATH];

/**
 * The server around a function in Python: nothing but Python's own library. It is part of the image, beside the author's file, whose path is
 * its argument. Forms that it takes: `def handler(request)`, functions named after methods, `app` or `application` as WSGI or ASGI
 * (HTTP alone: WebSockets want a server such as uvicorn). With `--warm` for a file it waits, loaded, for a WarmOrder (warm.ts) at its
 * standard input. A container may have 256 threads: connections and pool stay below that.
 */
export const pythonServer = String.raw`import asyncio
import base64
import concurrent.futures
import importlib.util
import inspect
import io
import json
import os
import signal
import socket
import sys
import threading
import traceback
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit


def take_over():
    """Waits for the one function that this process will ever run."""
    text = sys.stdin.buffer.read()
    if not text:
        sys.exit(0)
    given = json.loads(text)
    for file in given['files']:
        os.makedirs(os.path.dirname(file['path']), exist_ok=True)
        with open(file['path'], 'wb') as target:
            target.write(base64.b64decode(file['content']))
        os.chmod(file['path'], file['mode'])
        os.utime(file['path'], (file['mtime'], file['mtime']))
    os.environ.update(given['env'])
    return given['file']


if sys.argv[1] == '--warm':
    sys.argv[1] = take_over()
FILE = sys.argv[1]
METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
CONNECTIONS = 128
BODY_MOST = 32 * 1024 * 1024
UNREAD_MOST = 1024 * 1024
HOP = {'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'}

loop = asyncio.new_event_loop()
pool = concurrent.futures.ThreadPoolExecutor(32)
active = 0
closing = False
changed = threading.Condition()


def run(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


class TooLarge(Exception):
    pass


class Body(io.RawIOBase):
    """What the visitor sends, of a known length or in chunks, never beyond its end."""

    def __init__(self, source, length, chunked):
        self.source, self.left, self.chunked, self.over = source, length, chunked, False

    def readable(self):
        return True

    def close(self):
        # A reader around it that is forgotten would close it before what is left was read.
        pass

    def readinto(self, buffer):
        if self.left == 0 and self.chunked and not self.over:
            self.left = int(self.line().split(b';')[0], 16)
            if self.left == 0:
                while self.line().strip():
                    pass
                self.over = True
        if self.left == 0:
            return 0
        data = self.source.read1(min(len(buffer), self.left))
        if not data:
            raise ConnectionError('The visitor left before the end of the body.')
        buffer[: len(data)] = data
        self.left -= len(data)
        if self.left == 0 and self.chunked:
            self.line()
        return len(data)

    def line(self):
        line = self.source.readline(1024)
        if not line.endswith(b'\n'):
            raise ConnectionError('The body is not in the form that it claims.')
        return line


class Request:
    """A request as def handler(request) gets it."""

    def __init__(self, method, target, headers, stream):
        parts = urlsplit(target)
        self.method, self.path, self.headers = method, unquote_to_bytes(parts.path).decode('utf-8', 'replace'), headers
        self.url = headers.get('x-forwarded-proto', 'http') + '://' + headers.get('host', 'localhost') + target
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.query_string = parts.query
        self._stream, self._body = stream, None

    @property
    def body(self):
        if self._body is None:
            self._body = self._stream.read(BODY_MOST + 1)
            if len(self._body) > BODY_MOST:
                raise TooLarge()
        return self._body

    def text(self):
        return self.body.decode('utf-8')

    def json(self):
        return json.loads(self.body)


class Answer:
    """One answer on its way out."""

    def __init__(self, http):
        self.http, self.status, self.headers = http, None, []
        self.sent, self.chunked, self.ended = False, False, False

    def start(self, status, headers):
        for name, value in headers:
            if any(c in name + value for c in '\r\n\0'):
                raise ValueError('A header may not contain a line break: ' + name)
        self.status, self.headers = status, [(n, v) for n, v in headers if n.lower() not in HOP]

    def send_head(self, length=None):
        http, names = self.http, {name.lower() for name, _ in self.headers}
        bare = http.command == 'HEAD' or self.status in (204, 304) or self.status < 200
        http.send_response_only(self.status)
        for name, value in self.headers:
            http.send_header(name, value)
        if 'date' not in names:
            http.send_header('date', formatdate(usegmt=True))
        if 'content-length' not in names and not bare:
            if length is not None:
                http.send_header('content-length', str(length))
            elif http.request_version >= 'HTTP/1.1':
                self.chunked = True
                http.send_header('transfer-encoding', 'chunked')
            else:
                http.close_connection = True
        if closing or http.close_connection:
            http.close_connection = True
            http.send_header('connection', 'close')
        self.sent, self.bare = True, bare
        http.end_headers()

    def write(self, data, last=False):
        if not self.sent:
            self.send_head(len(data) if last else None)
        if data and not self.bare:
            self.http.wfile.write(b'%x\r\n%s\r\n' % (len(data), data) if self.chunked else data)
            self.http.wfile.flush()
        if last:
            self.end()

    def end(self):
        if not self.sent:
            self.send_head(0)
        if self.chunked and not self.ended:
            self.http.wfile.write(b'0\r\n\r\n')
        self.ended = True
        self.http.wfile.flush()


def plain(function):
    """def handler(request): text, bytes, a dict or list, None, what yields pieces, or (one of these, status, headers)."""
    takes = len(inspect.signature(function).parameters)

    def serve(http, body, answer):
        request = Request(http.command, http.path, http.headers, io.BufferedReader(body))
        result = function(request) if takes else function()
        if inspect.isawaitable(result):
            result = run(result)
        status, headers = None, {}
        if isinstance(result, tuple):
            result, status, headers = (result + (None, None))[:3]
        given = list((headers or {}).items())
        kind, content = as_bytes(result)
        if kind and not any(name.lower() == 'content-type' for name, _ in given):
            given.append(('content-type', kind))
        answer.start(int(status or (204 if result is None else 200)), [(str(n), str(v)) for n, v in given])
        if content is not None:
            return answer.write(content, last=True)
        for piece in result:
            answer.write(piece.encode() if isinstance(piece, str) else bytes(piece))
        answer.end()

    return serve


def as_bytes(result):
    if result is None:
        return None, b''
    if isinstance(result, str):
        return 'text/plain; charset=utf-8', result.encode()
    if isinstance(result, (bytes, bytearray)):
        return 'application/octet-stream', bytes(result)
    if isinstance(result, (dict, list, int, float)):
        return 'application/json', json.dumps(result, ensure_ascii=False).encode()
    if hasattr(result, '__iter__'):
        return 'text/plain; charset=utf-8', None
    raise TypeError(FILE + ' returned ' + type(result).__name__ + ': return text, bytes, a dict or a list.')


def by_method(functions):
    served = {name: plain(function) for name, function in functions.items()}

    def serve(http, body, answer):
        one = served.get(http.command) or (served.get('GET') if http.command == 'HEAD' else None)
        if one is not None:
            return one(http, body, answer)
        answer.start(405, [('allow', ', '.join(functions)), ('content-type', 'text/plain; charset=utf-8')])
        answer.write(('This function does not take ' + http.command + '.').encode(), last=True)

    return serve


def wsgi(app):
    def serve(http, body, answer):
        path, _, query = http.path.partition('?')
        environ = {
            'REQUEST_METHOD': http.command,
            'SCRIPT_NAME': '',
            'PATH_INFO': unquote_to_bytes(path).decode('latin-1'),
            'RAW_URI': http.path,
            'QUERY_STRING': query,
            'SERVER_NAME': http.headers.get('host', 'localhost').split(':')[0],
            'SERVER_PORT': os.environ['PORT'],
            'SERVER_PROTOCOL': http.request_version,
            'REMOTE_ADDR': http.client_address[0],
            'wsgi.version': (1, 0),
            'wsgi.url_scheme': http.headers.get('x-forwarded-proto', 'http'),
            'wsgi.input': io.BufferedReader(body),
            'wsgi.input_terminated': True,
            'wsgi.errors': sys.stderr,
            'wsgi.multithread': True,
            'wsgi.multiprocess': False,
            'wsgi.run_once': False,
        }
        for name in set(http.headers.keys()):
            key = name.upper().replace('-', '_')
            # Underscores could stand for another header's hyphens.
            if '_' in name:
                continue
            value = ', '.join(http.headers.get_all(name))
            environ[key if key in ('CONTENT_TYPE', 'CONTENT_LENGTH') else 'HTTP_' + key] = value

        def start_response(status, headers, exc_info=None):
            if exc_info and answer.sent:
                raise exc_info[1]
            answer.start(int(status.split(' ')[0]), headers)
            return answer.write

        pieces = app(environ, start_response)
        try:
            whole = isinstance(pieces, (list, tuple)) and len(pieces) == 1
            for piece in pieces:
                if piece or whole:
                    answer.write(piece, last=whole)
            if not answer.ended:
                answer.end()
        finally:
            if hasattr(pieces, 'close'):
                pieces.close()

    return serve


def asgi(app):
    state = {}
    told = lifespan(app, state)

    def serve(http, body, answer):
        run(call(http, io.BufferedReader(body), answer))

    async def call(http, body, answer):
        path, _, query = http.path.partition('?')
        over = asyncio.Event()
        more = True
        scope = {
            'type': 'http',
            'asgi': {'version': '3.0', 'spec_version': '2.3'},
            'http_version': http.request_version[5:],
            'method': http.command,
            'scheme': http.headers.get('x-forwarded-proto', 'http'),
            'path': unquote_to_bytes(path).decode('utf-8', 'replace'),
            'raw_path': path.encode('latin-1'),
            'query_string': query.encode('latin-1'),
            'root_path': '',
            'headers': [(n.lower().encode('latin-1'), v.encode('latin-1')) for n, v in http.headers.items()],
            'client': http.client_address[:2],
            'server': ('0.0.0.0', int(os.environ['PORT'])),
            'state': dict(state),
        }

        async def receive():
            nonlocal more
            if not more:
                await over.wait()
                return {'type': 'http.disconnect'}
            data = await loop.run_in_executor(pool, body.read1, 65536)
            more = len(data) > 0
            return {'type': 'http.request', 'body': data, 'more_body': more}

        async def send(message):
            if message['type'] == 'http.response.start':
                headers = [(n.decode('latin-1'), v.decode('latin-1')) for n, v in message.get('headers', [])]
                answer.start(message['status'], headers)
            elif message['type'] == 'http.response.body':
                last = not message.get('more_body', False)
                await loop.run_in_executor(pool, answer.write, message.get('body', b''), last)
                if last:
                    over.set()

        try:
            await app(scope, receive, send)
        finally:
            over.set()
        if not answer.ended:
            raise RuntimeError(FILE + ' ended without an answer.')

    serve.end = told
    return serve


def lifespan(app, state):
    """Tells the app of its beginning; gives the function that tells it of its end. Apps that do not listen are left alone."""
    begun, ended = threading.Event(), threading.Event()
    leave = asyncio.Event()
    failed = []

    async def live():
        told = False

        async def receive():
            nonlocal told
            if not told:
                told = True
                return {'type': 'lifespan.startup'}
            await leave.wait()
            return {'type': 'lifespan.shutdown'}

        async def send(message):
            if message['type'] == 'lifespan.startup.failed':
                failed.append(message.get('message', ''))
            begun.set()
            if message['type'].startswith('lifespan.shutdown'):
                ended.set()

        try:
            await app({'type': 'lifespan', 'asgi': {'version': '3.0', 'spec_version': '2.0'}, 'state': state}, receive, send)
        except BaseException:
            pass
        finally:
            begun.set()
            ended.set()

    asyncio.run_coroutine_threadsafe(live(), loop)
    begun.wait()
    if failed:
        sys.exit(FILE + ' did not start: ' + failed[0])

    def end():
        loop.call_soon_threadsafe(leave.set)
        ended.wait(5)

    return end


def is_async(function):
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, '__call__', None))


def find(module):
    """The author's function in one form; None when there is none."""
    own = getattr(module, 'handler', None)
    if callable(own):
        return plain(own)
    for name in ('app', 'application'):
        app = getattr(module, name, None)
        if callable(app):
            return asgi(app) if is_async(app) else wsgi(app)
    functions = {name: getattr(module, name) for name in METHODS if callable(getattr(module, name, None))}
    return by_method(functions) if functions else None


class Http(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 65
    wbufsize = -1
    disable_nagle_algorithm = True

    def answer(self):
        global active
        with changed:
            active += 1
        if threading.active_count() > CONNECTIONS * 3 // 4:
            self.close_connection = True
        answer = Answer(self)
        try:
            chunked = 'chunked' in self.headers.get('transfer-encoding', '').lower()
            length = self.headers.get('content-length', '0')
            if not length.isdecimal():
                self.close_connection = True
                return self.say(answer, 400, 'Bad Request')
            body = Body(self.rfile, 0 if chunked else int(length), chunked)
            serve(self, body, answer)
            self.rest(body)
        except TooLarge:
            self.close_connection = True
            self.say(answer, 413, 'Content Too Large')
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:
            traceback.print_exc()
            self.close_connection = True
            if not answer.sent:
                self.say(answer, 500, 'Internal Server Error')
        finally:
            with changed:
                active -= 1
                changed.notify_all()

    def say(self, answer, status, text):
        if answer.sent:
            return
        answer.start(status, [('content-type', 'text/plain; charset=utf-8')])
        answer.write((text + '\n').encode(), last=True)

    def rest(self, body):
        """A body that was not read would stand before the connection's next request."""
        left = UNREAD_MOST
        while left > 0:
            data = body.read(65536)
            if not data:
                return
            left -= len(data)
        self.close_connection = True

    def log_message(self, *_):
        pass


for method in METHODS:
    setattr(Http, 'do_' + method, Http.answer)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    slots = threading.BoundedSemaphore(CONNECTIONS)

    def process_request(self, request, client_address):
        self.slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.slots.release()

    def handle_error(self, *_):
        pass


def load():
    sys.path[0] = os.getcwd()
    name = os.path.splitext(os.path.basename(FILE))[0]
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(FILE))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


threading.Thread(target=loop.run_forever, daemon=True).start()
serve = find(load())
if serve is None:
    print(FILE + ' has no function that answers requests. Write: def handler(request): return "Hello"', file=sys.stderr)
    sys.exit(64)
server = Server(('0.0.0.0', int(os.environ['PORT'])), Http)


def leave(*_):
    global closing
    closing = True
    threading.Thread(target=stop, daemon=True).start()


def stop():
    """The server sleeps until somebody knocks: no look at the clock while nobody asks."""
    ending = threading.Thread(target=server.shutdown, daemon=True)
    ending.start()
    while ending.is_alive():
        try:
            socket.create_connection(server.server_address, 1).close()
        except OSError:
            pass
        ending.join(0.05)


signal.signal(signal.SIGTERM, leave)
print('The function ' + FILE + ' listens on ' + os.environ['PORT'] + '.', flush=True)
server.serve_forever(3600)
with changed:
    while active > 0:
        changed.wait()
if hasattr(serve, 'end'):
    serve.end()
sys.exit(0)
`;
