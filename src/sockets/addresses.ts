import type { IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import type { Config } from '../config/env';
import { addressKeyOf } from '../helpers/addresses';

type Trust = (address: string, hop: number) => boolean;

/** As Express reads `trust proxy`, which REST's addresses are found by. */
function trustOf(trustProxy: Config['trustProxy']): Trust {
  if (typeof trustProxy === 'boolean') return () => trustProxy;
  if (typeof trustProxy === 'number') return (_, hop) => hop < trustProxy;
  return proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()));
}

export type AddressReader = (request: IncomingMessage) => string;

/** What limits by address count a handshake for; read once: a line that is closed has no address any more. */
export function addressReader({ trustProxy }: Config): AddressReader {
  const trust = trustOf(trustProxy);
  const known = new WeakMap<IncomingMessage, string>();
  return (request) => {
    const address = known.get(request) ?? addressKeyOf(proxyAddr(request, trust));
    known.set(request, address);
    return address;
  };
}
