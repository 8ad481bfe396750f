/** Names and codes are words of the language, of the system, or of a library. */
const WORD = /^[\w$]{1,60}$/;
/** What stands before the message in a stack: `TypeError [ERR_INVALID_URL]: `. */
const HEAD = /^[\w$]+(?: \[\w+\])?(?:: )?$/;
/** So many causes are told; a chain that goes round has no end. */
const MOST_CAUSES = 4;

const wordOf = (error: Error, key: string): string[] => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' && WORD.test(value) ? [value] : [];
};

/** Redis says first of all, in capitals, what is wrong; what follows may repeat the command with all that was in it. */
const replyOf = (error: Error): string[] =>
  error.name === 'ReplyError' ? (/^[A-Z]{2,20}(?= )/.exec(error.message) ?? []) : [];

/**
 * Which kind of error this is, for a log: its name, its code, and the same of what caused it. Never its message: that may
 * repeat what a browser sent, an address, or a password in the address of a database.
 */
export function kindOf(error: unknown): string {
  const kinds: string[] = [];
  for (let each = error; kinds.length < MOST_CAUSES; each = each.cause) {
    if (!(each instanceof Error)) {
      if (kinds.length === 0) return `a thrown ${typeof error}`;
      break;
    }
    const name = wordOf(each, 'name')[0] ?? 'Error';
    kinds.push([name, ...wordOf(each, 'code'), ...replyOf(each), ...wordOf(each, 'syscall')].join(' '));
  }
  return kinds.join(', because of ');
}

/** Where in the code an error was made, a line each; the stack without the message at its head. */
export function framesOf(error: unknown): string {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return '';
  const { message, stack } = error;
  const begin = message === '' ? stack.indexOf('\n') : stack.indexOf(message);
  // Changed after it was made, or not as V8 writes it: then where the message ends cannot be known.
  if (!HEAD.test(stack.slice(0, Math.max(0, begin)))) return '';
  return stack
    .slice(begin + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim())
    .join('\n');
}
