import protobuf from 'protobufjs/light.js';

/** A step of a build as BuildKit reports it, more than once while it goes on. */
export interface TraceVertex {
  digest: string;
  name: string;
  cached: boolean;
  startedAt: Date | null;
  completedAt: Date | null;
  error: string;
}

export interface TraceLog {
  vertex: string;
  at: Date | null;
  stream: number;
  bytes: Uint8Array;
}

export interface Trace {
  vertexes: TraceVertex[];
  logs: TraceLog[];
  warnings: string[];
}

const { Type, Field } = protobuf;

/** The fields that are read here of moby.buildkit.v1.StatusResponse (buildkit: api/services/control/control.proto). */
const timestamp = new Type('Timestamp')
  .add(new Field('seconds', 1, 'int64'))
  .add(new Field('nanos', 2, 'int32'));
const vertex = new Type('Vertex')
  .add(new Field('digest', 1, 'string'))
  .add(new Field('name', 3, 'string'))
  .add(new Field('cached', 4, 'bool'))
  .add(new Field('started', 5, 'Timestamp'))
  .add(new Field('completed', 6, 'Timestamp'))
  .add(new Field('error', 7, 'string'));
const vertexLog = new Type('VertexLog')
  .add(new Field('vertex', 1, 'string'))
  .add(new Field('timestamp', 2, 'Timestamp'))
  .add(new Field('stream', 3, 'int64'))
  .add(new Field('msg', 4, 'bytes'));
const vertexWarning = new Type('VertexWarning').add(new Field('short', 3, 'bytes'));
const statusResponse = new Type('StatusResponse')
  .add(new Field('vertexes', 1, 'Vertex', 'repeated'))
  .add(new Field('logs', 3, 'VertexLog', 'repeated'))
  .add(new Field('warnings', 4, 'VertexWarning', 'repeated'));
new protobuf.Root()
  .define('berth.buildkit')
  .add(timestamp)
  .add(vertex)
  .add(vertexLog)
  .add(vertexWarning)
  .add(statusResponse);

interface RawTimestamp {
  seconds?: string;
  nanos?: number;
}

interface RawTrace {
  vertexes?: {
    digest?: string;
    name?: string;
    cached?: boolean;
    started?: RawTimestamp;
    completed?: RawTimestamp;
    error?: string;
  }[];
  logs?: { vertex?: string; timestamp?: RawTimestamp; stream?: string; msg?: Uint8Array }[];
  warnings?: { short?: Uint8Array }[];
}

/** Decodes the base64 text of an `aux` field of message `moby.buildkit.trace`. */
export function decodeTrace(base64: string): Trace {
  const decoded = statusResponse.decode(Buffer.from(base64, 'base64'));
  const raw = statusResponse.toObject(decoded, { longs: String, arrays: true }) as RawTrace;
  return {
    vertexes: (raw.vertexes ?? []).map((entry) => ({
      digest: entry.digest ?? '',
      name: entry.name ?? '',
      cached: entry.cached ?? false,
      startedAt: toDate(entry.started),
      completedAt: toDate(entry.completed),
      error: entry.error ?? '',
    })),
    logs: (raw.logs ?? []).map((entry) => ({
      vertex: entry.vertex ?? '',
      at: toDate(entry.timestamp),
      stream: Number(entry.stream ?? 1),
      bytes: entry.msg ?? new Uint8Array(),
    })),
    warnings: (raw.warnings ?? []).map((entry) => Buffer.from(entry.short ?? []).toString('utf8')),
  };
}

function toDate(value: RawTimestamp | undefined): Date | null {
  if (value === undefined) return null;
  return new Date(Number(value.seconds ?? 0) * 1000 + Math.floor((value.nanos ?? 0) / 1e6));
}
