import { describe, expect, it } from 'vitest';
import { networkKind, obstacleBetween } from './network-kind';

const host = 'candidate:1 1 udp 2113937151 192.168.1.10 50000 typ host generation 0 ufrag a';
const mapped = (port: number, inside = 50000) =>
  `candidate:2 1 udp 1677729535 198.51.100.2 ${String(port)} typ srflx raddr 192.168.1.10 rport ${String(inside)} generation 0`;

describe('What the own network does to direct calls', () => {
  it('is steady when every STUN server sees the same address', () => {
    expect(networkKind([host, mapped(50000)], 2, true)).toBe('steady');
    expect(networkKind([host, mapped(40000), mapped(40000)], 2, true)).toBe('steady');
  });

  it('is steady when two sockets have an address each', () => {
    expect(networkKind([mapped(40000, 50000), mapped(40001, 50001)], 2, true)).toBe('steady');
  });

  it('is steady where nothing is translated', () => {
    expect(networkKind([host], 2, true)).toBe('steady');
  });

  it('is changing when one socket has another address for every server', () => {
    expect(networkKind([host, mapped(40000), mapped(41111)], 2, true)).toBe('changing');
  });

  it('is silent when no server answers in time', () => {
    expect(networkKind([host], 2, false)).toBe('silent');
  });

  it('is not judged without a server to ask', () => {
    expect(networkKind([host], 0, true)).toBe('unasked');
  });
});

describe('Why two could not connect', () => {
  it('names the network that stands in the way', () => {
    expect(obstacleBetween('changing', 'steady')).toEqual({ whose: 'yours', why: 'changing' });
    expect(obstacleBetween('steady', 'changing')).toEqual({ whose: 'theirs', why: 'changing' });
    expect(obstacleBetween('changing', 'changing')).toEqual({ whose: 'both', why: 'changing' });
    expect(obstacleBetween('silent', 'steady')).toEqual({ whose: 'yours', why: 'silent' });
    expect(obstacleBetween('changing', 'silent')).toEqual({ whose: 'theirs', why: 'silent' });
  });

  it('does not blame a network where there was no server to ask', () => {
    expect(obstacleBetween('unasked', 'unasked')).toEqual({ whose: 'ours', why: 'unasked' });
  });

  it('blames nobody when both look fine, or one is not known', () => {
    expect(obstacleBetween('steady', 'steady')).toEqual({ whose: 'unknown', why: 'unknown' });
    expect(obstacleBetween('steady', null)).toEqual({ whose: 'unknown', why: 'unknown' });
  });
});
