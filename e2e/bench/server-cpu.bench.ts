import { test } from '@playwright/test';
import { startBare, startOurs, startPeerjs, type Contender } from '../load/contenders.js';
import { callsCost } from '../load/figures.js';
import { OUR_CALL, PLAIN_CALL, type Script } from '../load/synthetic-call.js';
import { median, report } from './table.js';

const ROUNDS = 7;
/** Rounds before anything counts: compiling what runs often is done once, however long a server then runs. */
const WARM_UP = 2;
const CALLS = 600;
const PER_SECOND = 100;
/** Signs of life of each person: a call of a minute. */
const PULSES = 2;

test('server processor time per call', async () => {
  const [bare, ours, peer] = [
    await startBare(),
    await startOurs({ name: 'o to o', processes: 1, store: 'memory' }),
    await startPeerjs(),
  ];
  const race = (who: Contender, script: Script) => ({ who, script, spent: [] as number[] });
  const races = [
    race(bare, OUR_CALL),
    race(ours, OUR_CALL),
    race(peer, OUR_CALL),
    race(bare, PLAIN_CALL),
    race(ours, PLAIN_CALL),
    race(peer, PLAIN_CALL),
  ] as const;
  for (let n = 0; n < WARM_UP + ROUNDS; n += 1) {
    for (const { who, script, spent } of races) {
      const plan = { calls: CALLS, perSecond: PER_SECOND, script, pulses: PULSES, pulseMs: 0 };
      const { perCall } = await callsCost(who, plan);
      if (n >= WARM_UP) spent.push(perCall);
    }
  }
  await Promise.all([bare.stop(), ours.stop(), peer.stop()]);
  const [bareOurs, oursOurs, peersOurs, barePlain, oursPlain, peersPlain] = races.map(({ spent }) =>
    median(spent),
  );
  if (!bareOurs || !oursOurs || !peersOurs || !barePlain || !oursPlain || !peersPlain) {
    throw new Error('Nothing was measured.');
  }
  report(
    `Processor time of the server per call, median of ${ROUNDS} rounds of ${CALLS} calls, ${PER_SECOND} a second`,
    [
      { what: 'a bare ws relay, the messages of our pages', value: bareOurs, unit: 'ms' },
      { what: "PeerJS's server, the same messages", value: peersOurs, unit: 'ms' },
      { what: "  PeerJS's server / bare relay", value: peersOurs / bareOurs, unit: '×' },
      { what: 'o to o, the same messages', value: oursOurs, unit: 'ms' },
      { what: '  o to o / bare relay', value: oursOurs / bareOurs, unit: '×', limit: 1.3 },
      { what: 'a bare ws relay, the messages of a minimal page', value: barePlain, unit: 'ms' },
      { what: "PeerJS's server, the same messages", value: peersPlain, unit: 'ms' },
      { what: "  PeerJS's server / bare relay", value: peersPlain / barePlain, unit: '×' },
      { what: 'o to o, the same messages', value: oursPlain, unit: 'ms' },
      { what: '  o to o / bare relay', value: oursPlain / barePlain, unit: '×' },
      {
        what: '  a call of ours / a minimal page’s over the bare relay',
        value: oursOurs / barePlain,
        unit: '×',
      },
    ],
  );
});
