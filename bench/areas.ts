/** One function of a call stack, as V8's profiler names it. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
  /** from 0 */
  readonly lineNumber: number;
}

const PACKAGES: Readonly<Record<string, string>> = {
  ws: 'ws: frames',
  'engine.io': 'engine.io: transport, flush',
  'engine.io-parser': 'engine.io: transport, flush',
  'socket.io': 'socket.io: events, rooms',
  'socket.io-adapter': 'socket.io: events, rooms',
  '@socket.io/component-emitter': 'socket.io: events, rooms',
  'socket.io-parser': 'socket.io: encode, decode (JSON in it)',
};

const SOCKET_WRITE = /^(writev|writeBuffer|writeUtf8String|writeLatin1String|writeAsciiString)$/;
const OWN = /^(?:file:\/\/)?.*\/dist\/(.+)\.js$/;
const PACKAGE = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** `ws`, `our services/messages/send-batch`, … for a function of a file; nothing for Node's own. */
function ownerOf({ url }: Frame): string | undefined {
  const packageName = PACKAGE.exec(url)?.[1];
  if (packageName) return PACKAGES[packageName] ?? packageName;
  const own = OWN.exec(url)?.[1];
  return own ? `our ${own}` : undefined;
}

/**
 * Whose work a sample is: the innermost function of a file decides, for what Node and V8 do on its behalf, too.
 * System calls that write are areas of their own; JSON is counted where it is called, V8 does not tell it apart.
 * @param stack innermost first
 */
export function areaOf(stack: readonly Frame[]): string {
  const [innermost] = stack;
  if (!innermost) return 'unknown';
  if (innermost.functionName.startsWith('(')) return innermost.functionName;
  const owner = stack.map(ownerOf).find((name) => name !== undefined);
  if (innermost.url === '' && SOCKET_WRITE.test(innermost.functionName))
    return `socket write for ${owner ?? 'Node'}`;
  return owner ?? (innermost.url.startsWith('node:') ? 'Node (streams, timers, promises)' : 'V8');
}
