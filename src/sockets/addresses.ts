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

/** What limits by address count a handshake for. */
export function addressReader({ trustProxy }: Config): (request: IncomingMessage) => string {
  const trust = trustOf(trustProxy);
  return (request) => addressKeyOf(proxyAddr(request, trust));
}
