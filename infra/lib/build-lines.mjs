/**
 * What the commands of a build printed, out of one `moby.buildkit.trace` message of the Engine. Only the field that is
 * needed is read (`StatusResponse.logs[].msg` in buildkit's api/services/control/control.proto), so that infra needs no
 * package for it.
 * @param {string} base64
 * @returns {string} text, which may end within a line
 */
export function buildOutput(base64) {
  const text = [];
  for (const log of fieldsOf(Buffer.from(base64, 'base64'), 3))
    for (const message of fieldsOf(log, 4)) text.push(message);
  return Buffer.concat(text).toString('utf8');
}

/** The length-delimited fields with this number in a protobuf message. */
function* fieldsOf(bytes, wanted) {
  for (let at = 0; at < bytes.length;) {
    const [tag, afterTag] = varint(bytes, at);
    const kind = tag & 7;
    if (kind === 2) {
      const [length, start] = varint(bytes, afterTag);
      if (tag >>> 3 === wanted) yield bytes.subarray(start, start + length);
      at = start + length;
    } else if (kind === 0) at = varint(bytes, afterTag)[1];
    else if (kind === 1) at = afterTag + 8;
    else if (kind === 5) at = afterTag + 4;
    else return;
  }
}

/** A number and where the next thing begins. Only its low 32 bits count here. */
function varint(bytes, at) {
  let value = 0;
  for (let shift = 0; at < bytes.length; shift += 7) {
    const byte = bytes[at++];
    if (shift < 32) value = (value | ((byte & 0x7f) << shift)) >>> 0;
    if (byte < 0x80) break;
  }
  return [value, at];
}
