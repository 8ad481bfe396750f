import { beforeAll, describe, expect, it } from 'vitest';
import {
  initialCaller,
  type Ended,
  type Phase,
  type Reached,
  type Unavailable,
} from '@/invites/ring-machine';
import { chooseLanguage, speakAlso } from '@/text';
import { stateOfRing, wordsOfRing } from './ring-words';

const CALL = { callId: 'q83vASNFZ4mrzQBkyAABAgMEBQYH', key: 'AAECAwQFBgcICQoLDA0ODw' };
const going = { call: CALL, ringId: 'AAECAwQFBgcICQoLDA0ODw', seated: true, askAt: 0 };
const at = (phase: Phase) => ({ ...initialCaller, phase });
const titleOf = (phase: Phase): string => wordsOfRing(at(phase), '').title;

beforeAll(async () => {
  await chooseLanguage('en');
  await speakAlso('invites');
});

describe('What a caller reads', () => {
  it('is Ringing only once it rings over there, and else Calling with the reason', () => {
    const ringing = (reached: Reached): Phase => ({ is: 'ringing', reached, ...going });
    expect(titleOf(ringing('yes'))).toBe('Ringing…');
    const reasons: Reached[] = ['not-yet', 'no-device', 'service-down', 'service-busy', 'refused'];
    const said = reasons.map((reached) => wordsOfRing(at(ringing(reached)), ''));
    expect(said.map(({ title }) => title)).toEqual(reasons.map(() => 'Calling…'));
    expect(new Set(said.map(({ detail }) => detail)).size).toBe(reasons.length);
    expect(said[1]?.detail).toContain('If they open o to o before your ring ends, it rings there.');
  });

  it('is the own place in a line, and that it is kept while the network is gone', () => {
    const waiting = (place: number | null): Phase => ({ is: 'waiting', place, ...going });
    expect(titleOf(waiting(3))).toBe('You are number 3 in line');
    expect(titleOf(waiting(1))).toBe('You are next');
    const cut = wordsOfRing(at({ is: 'waiting', place: 2, ...going, seated: false }), '');
    expect(cut.detail).toContain('Your place is kept');
  });

  it('is another sentence for each end and each reason, and one of six states to programs', () => {
    const ends: Ended[] = ['declined', 'engaged', 'busy', 'missed', 'closed', 'lost'];
    const reasons: Unavailable[] = ['gone', 'not-accepting', 'damaged', 'insecure', 'no-webrtc'];
    const phases: Phase[] = [
      ...ends.map((how) => ({ is: 'over', how }) as const),
      ...reasons.map((why) => ({ is: 'unavailable', why }) as const),
    ];
    expect(new Set(phases.map(titleOf)).size).toBe(phases.length);
    for (const phase of phases) expect(wordsOfRing(at(phase), '').detail).not.toBe('');
    const states = ['idle', 'ringing', 'declined', 'missed', 'answered', 'unavailable'];
    for (const phase of phases) expect(states).toContain(stateOfRing(at(phase)));
  });

  it('names whom one keeps', () => {
    expect(wordsOfRing(initialCaller, 'Ann').title).toBe('Ring Ann');
    const phase: Phase = { is: 'ringing', reached: 'yes', ...going };
    expect(wordsOfRing(at(phase), 'Ann').title).toBe('Ringing Ann…');
    expect(wordsOfRing(initialCaller, '').title).toBe('Ring somebody');
  });
});
