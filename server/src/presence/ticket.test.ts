import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_TICKET_LENGTH } from '../protocol/index.js';
import { holderNamer } from './holders.js';
import { Tickets } from './ticket.js';

const secret = randomBytes(32);
const tickets = new Tickets(secret);
const [CALL, HOLDER] = ['call', 'holder'];
const CLAIM = { seat: 1, epoch: 12, born: 1_790_000_000_000, issuedAt: 1_790_000_000_123 } as const;

describe('tickets', () => {
  it('prove the seat they were issued for, in few characters', () => {
    const ticket = tickets.issue(CALL, HOLDER, CLAIM);
    expect(tickets.read(CALL, HOLDER, ticket)).toEqual(CLAIM);
    expect(ticket.length).toBeLessThan(64);
    expect(ticket.length).toBeLessThan(MAX_TICKET_LENGTH);
  });

  it('are good only in their call, with their holder, at servers of the same secret', () => {
    const ticket = tickets.issue(CALL, HOLDER, CLAIM);
    expect(tickets.read('other', HOLDER, ticket)).toBeNull();
    expect(tickets.read(CALL, 'other', ticket)).toBeNull();
    expect(new Tickets(randomBytes(32)).read(CALL, HOLDER, ticket)).toBeNull();
    expect(new Tickets(secret).read(CALL, HOLDER, ticket)).toEqual(CLAIM);
  });

  it('with any character changed prove nothing', () => {
    const ticket = tickets.issue(CALL, HOLDER, CLAIM);
    for (let at = 0; at < ticket.length; at += 1) {
      const other = ticket[at] === '1' ? '0' : '1';
      const changed = `${ticket.slice(0, at)}${other}${ticket.slice(at + 1)}`;
      expect(tickets.read(CALL, HOLDER, changed), changed).toBeNull();
    }
  });

  it('have one spelling: bits to spare in the last character are no way round', () => {
    const ticket = tickets.issue(CALL, HOLDER, CLAIM);
    for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const other = ticket.slice(0, -1) + last;
      if (other !== ticket) expect(tickets.read(CALL, HOLDER, other), other).toBeNull();
    }
  });

  it('that are none prove nothing', () => {
    for (const text of ['', '0', '....', 'x'.repeat(512), '1.1.1.1.', `2.1.1.1.${'A'.repeat(22)}`])
      expect(tickets.read(CALL, HOLDER, text), text).toBeNull();
  });
});

describe('who somebody is', () => {
  it('is the same in one call at every server, and another in every other call', () => {
    const nameOf = holderNamer(secret);
    expect(nameOf(CALL, 'my secret')).toBe(holderNamer(secret)(CALL, 'my secret'));
    expect(nameOf(CALL, 'my secret')).not.toBe(nameOf('other', 'my secret'));
    expect(nameOf(CALL, 'my secret')).not.toBe(nameOf(CALL, 'your secret'));
    expect(nameOf(CALL, 'my secret')).not.toContain('secret');
  });
});
