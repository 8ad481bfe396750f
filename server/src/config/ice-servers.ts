import type { IceServer } from '../protocol/index.js';
import type { AppConfig } from './app-config.js';

/**
 * What browsers are told to ask for their own address. The embedded responder listens on two ports, so that a browser
 * can also see whether its network gives it another address for every destination.
 */
export function iceServersFor(config: Pick<AppConfig, 'stun' | 'publicOrigin'>): readonly IceServer[] {
  const { stun } = config;
  if (stun.is === 'elsewhere') return stun.urls.length === 0 ? [] : [{ urls: stun.urls }];
  const host = new URL(config.publicOrigin).hostname;
  return [{ urls: [`stun:${host}:${stun.port}`, `stun:${host}:${stun.port + 1}`] }];
}
