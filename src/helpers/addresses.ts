import { isIP } from 'node:net';

/** An IPv4 address inside an IPv6 one (RFC 4291, 2.5.5.2): how a dual-stack socket names an IPv4 peer. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff];
const hex = (group: number): string => group.toString(16);

/** `1.2.3.4:5678` and `[::1]:5678`, as some proxies forward them, without brackets, port and zone. */
function bare(address: string): string {
  const withPort = /^\[([^\]]+)\](?::\d+)?$/.exec(address) ?? /^([\d.]+):\d+$/.exec(address);
  return (withPort?.[1] ?? address).replace(/%.*$/, '');
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const inHex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  });
  const [head = [], tail = []] = inHex.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].map((group) => parseInt(group, 16));
}

/**
 * What limits by address count: whoever has one IPv6 address has the 2^64 of its network (RFC 6177), so its first 64 bits
 * stand for it. An IPv4 address stands for itself, also when it is written as an IPv6 one.
 */
export function addressKeyOf(ip: string): string {
  const address = bare(ip);
  if (isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  if (MAPPED.every((group, at) => groups[at] === group))
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.');
  return `${groups.slice(0, 4).map(hex).join(':')}::/64`;
}
