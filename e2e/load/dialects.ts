import { randomBytes } from 'node:crypto';
import type { Dialect } from './synthetic-call.js';

export const token = (bytes: number): string => randomBytes(bytes).toString('base64url');
const frame = (event: string, data: object): string => JSON.stringify({ event, data });

/** Where a person's socket goes: the port of one of the processes. */
type PortFor = (call: string, seat: 0 | 1) => number;

/** Somebody's address, as the proxy in front would tell it: limits per address count many people, not one. */
const somebodysAddress = (): string => `10.${[...randomBytes(3)].join('.')}`;

/** This product and the bare relay are spoken to in the same words. */
export const plain = (portFor: PortFor, newCall: () => Promise<string>): Dialect => ({
  url: (call, seat) => `ws://127.0.0.1:${portFor(call, seat)}/api/signal`,
  headers: (call, seat) => ({
    'X-Forwarded-For': somebodysAddress(),
    Origin: `http://localhost:${portFor(call, seat)}`,
  }),
  enter: (callId) => frame('enter', { callId, holder: token(16) }),
  relay: (_call, _from, payload) => frame('relay', { payload }),
  pulse: frame('pulse', { peerAlive: true }),
  pulseAnswered: true,
  leave: frame('leave', {}),
  isRelay: (text) => text.startsWith('{"event":"relay"'),
  newCall,
});

/** PeerJS's server: its HEARTBEAT has no answer. */
export const peerjs = (portFor: PortFor): Dialect => ({
  url: (call, seat) =>
    `ws://127.0.0.1:${portFor(call, seat)}/peerjs?key=peerjs&id=${call}-${seat}&token=${token(6)}`,
  headers: () => ({}),
  enter: () => null,
  relay: (call, from, payload) =>
    JSON.stringify({ type: 'OFFER', dst: `${call}-${from === 0 ? 1 : 0}`, payload: { sdp: payload } }),
  pulse: JSON.stringify({ type: 'HEARTBEAT' }),
  pulseAnswered: false,
  leave: null,
  isRelay: (text) => text.includes('"OFFER"'),
  newCall: async () => randomBytes(8).toString('hex'),
});
