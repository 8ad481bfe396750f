/** FIN, and the opcode of text (RFC 6455, 5.2). */
const TEXT = '\x81';
/** Longest payload whose length stands in the second byte, and in the two bytes after it. */
const [SHORT, MEDIUM] = [125, 0xffff] as const;

/**
 * A whole text frame of a server, to be written as latin1; null when the text has more than ASCII in it, or is too long: `ws` frames
 * those. `ws` hands header and text to the socket one by one, which makes a vector write of them; one piece of ASCII goes to
 * the kernel without a copy or an allocation, and writes are most of what a frame costs.
 */
export function asciiFrame(text: string): string | null {
  const { length } = text;
  if (length > MEDIUM || Buffer.byteLength(text) !== length) return null;
  if (length <= SHORT) return TEXT + String.fromCharCode(length) + text;
  return TEXT + String.fromCharCode(SHORT + 1, length >> 8, length & 0xff) + text;
}
