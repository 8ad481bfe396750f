import type { NetworkEvent } from '../network-watch';
import { SignalingClient, type SignalingEvent, type SignalingOptions } from '../signaling-client';
import { enteredFrame, FakeSocket } from './fake-socket';

export const IDENTITY = { callId: 'call', holder: 'AAAAAAAAAAAAAAAAAAAAAA' };

/** A page whose server and network are the test. */
export function page(more: Pick<SignalingOptions, 'decodeRing' | 'opened'> = {}) {
  const sockets: FakeSocket[] = [];
  const events: SignalingEvent[] = [];
  let network: (what: NetworkEvent) => void = () => undefined;
  const peer = { alive: true };
  const client = new SignalingClient({
    ...more,
    origin: 'https://call.example',
    onEvent: (event) => events.push(event),
    peerAlive: () => peer.alive,
    connect: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    random: () => 0.5,
    watchNetwork: (happened) => {
      network = happened;
      return () => (network = () => undefined);
    },
  });
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('no socket was made');
    return socket;
  };
  const told = () => events.map((event) => event.type);
  return {
    client,
    sockets,
    events,
    told,
    last,
    peer,
    network: (what: NetworkEvent) => network(what),
    wake: () => network('changed'),
  };
}

/** The same, in its seat. */
export function pageInCall() {
  const it = page();
  it.client.enter(IDENTITY);
  it.last().accept();
  it.last().say(enteredFrame());
  return it;
}
