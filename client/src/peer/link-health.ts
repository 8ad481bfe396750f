/**
 * Is media flowing, and what is to be done when it is not? Pure: time comes in with every input (ms, any monotonic
 * clock). ICE itself says "disconnected" only after 5.5 to 8 s (measured); packets say it after one and a half.
 */
export type Health =
  /** Never heard yet. `answeredAt`: when both knew each other's candidates. */
  | {
      readonly is: 'connecting';
      readonly since: number;
      readonly answeredAt: number | null;
      readonly told: boolean;
    }
  /** `doubtedAt`: when the silence since `heardAt` was first noticed. */
  | { readonly is: 'flowing'; readonly heardAt: number; readonly doubtedAt: number | null }
  /** Was flowing and is not. `restarts` counts those of this trouble since the last new connection. */
  | {
      readonly is: 'stalled';
      readonly since: number;
      readonly restartedAt: number | null;
      readonly restarts: number;
      /** What is heard before this moment was under way when the network was lost. */
      readonly deafUntil: number;
    }
  /** No direct path was found in time. It is still being tried: somebody may change network. */
  | { readonly is: 'unreachable'; readonly triedAt: number };

export type HealthInput =
  /** Something arrived from the other browser: media, or the beat of the data channel. */
  | { readonly type: 'heard'; readonly at: number }
  | { readonly type: 'answered'; readonly at: number }
  /** The other page ended the connection, or ICE gave up. */
  | { readonly type: 'broken'; readonly at: number }
  /** Own network is another one, or the own connection to the server is new: whatever was tried before is void. */
  | { readonly type: 'path-changed'; readonly at: number }
  /** The other page can be reached again. An offer that waits for its answer is as good as a new one. */
  | { readonly type: 'reachable'; readonly at: number; readonly pendingMs: number | null }
  /** The browser says that its network is gone: no need to wait for the silence. */
  | { readonly type: 'network-lost'; readonly at: number }
  /** The other page, which may not restart by itself, asks for it. */
  | { readonly type: 'asked'; readonly at: number }
  /** `canSignal`: both can be reached through the server. `pendingMs`: age of an offer that has no answer. */
  | {
      readonly type: 'tick';
      readonly at: number;
      readonly canSignal: boolean;
      readonly pendingMs: number | null;
    };

export type HealthAction = 'restart' | 'renew' | 'resend' | 'tell-network';

export interface HealthStep {
  readonly health: Health;
  readonly actions: readonly HealthAction[];
}

/** Silence (ms) that counts as trouble. Beats come twice a second, throttled pages send one a second. */
export const STALL_MS = 1500;
/** After this silence (ms) the packet counters are asked, before silence counts as trouble. */
export const DOUBT_MS = 700;
/**
 * A page that stood still itself (the machine slept, or had no time for it) wakes with everything yet to be read that came
 * meanwhile: no silence counts before it has been noticed for so long (ms).
 */
export const NOTICED_MS = 200;
/** How long (ms) a restart may take before the next. */
export const RESTART_MS = 5000;
/** A restart this young (ms) answers the other page's wish for one. */
export const FRESH_MS = 300;
/** Packets (ms) that were under way, or counted late, when the browser said that its network is gone. */
export const DEAF_MS = 300;
/** Restarts that may fail before a new connection: together about ten seconds. */
export const RESTARTS = 2;
/** How long (ms) a first connection may take before the page says that there is no way. */
export const UNREACHABLE_MS = 12_000;
/** After this time (ms) a first connection is slow, and both tell each other what they know of their networks. */
export const SLOW_MS = 4000;
/** An offer without an answer is said again after this time (ms): what goes into a dead socket is lost. */
export const RESEND_MS = 2000;

const stay = (health: Health): HealthStep => ({ health, actions: [] });

export const flowing = (at: number): Health => ({ is: 'flowing', heardAt: at, doubtedAt: null });

const stalled = (at: number): Extract<Health, { is: 'stalled' }> => ({
  is: 'stalled',
  since: at,
  restartedAt: null,
  restarts: 0,
  deafUntil: at,
});

function tickStalled(health: Extract<Health, { is: 'stalled' }>, at: number, canSignal: boolean): HealthStep {
  if (!canSignal) return stay(health);
  const { restartedAt, restarts } = health;
  if (restartedAt !== null && at - restartedAt < RESTART_MS) return stay(health);
  if (restarts < RESTARTS) {
    return { health: { ...health, restartedAt: at, restarts: restarts + 1 }, actions: ['restart'] };
  }
  return { health: { ...health, restartedAt: at, restarts: 0 }, actions: ['renew'] };
}

function tickConnecting(
  health: Extract<Health, { is: 'connecting' }>,
  at: number,
  canSignal: boolean,
): HealthStep {
  const took = health.answeredAt === null ? 0 : at - health.answeredAt;
  if (took >= UNREACHABLE_MS) {
    return { health: { is: 'unreachable', triedAt: at }, actions: canSignal ? ['renew'] : [] };
  }
  return took >= SLOW_MS && canSignal && !health.told
    ? { health: { ...health, told: true }, actions: ['tell-network'] }
    : stay(health);
}

function tickFlowing(health: Extract<Health, { is: 'flowing' }>, at: number, canSignal: boolean): HealthStep {
  const silence = at - health.heardAt;
  if (silence <= DOUBT_MS) return stay(health);
  if (health.doubtedAt === null) return stay({ ...health, doubtedAt: at });
  return silence >= STALL_MS && at - health.doubtedAt >= NOTICED_MS
    ? tickStalled(stalled(at), at, canSignal)
    : stay(health);
}

function tick(health: Health, { at, canSignal }: Extract<HealthInput, { type: 'tick' }>): HealthStep {
  switch (health.is) {
    case 'flowing':
      return tickFlowing(health, at, canSignal);
    case 'stalled':
      return tickStalled(health, at, canSignal);
    case 'connecting':
      return tickConnecting(health, at, canSignal);
    case 'unreachable':
      return canSignal && at - health.triedAt >= UNREACHABLE_MS
        ? { health: { is: 'unreachable', triedAt: at }, actions: ['renew'] }
        : stay(health);
  }
}

const withResend = (step: HealthStep, input: Extract<HealthInput, { type: 'tick' }>): HealthStep =>
  input.canSignal && step.actions.length === 0 && input.pendingMs !== null && input.pendingMs >= RESEND_MS
    ? { ...step, actions: ['resend'] }
    : step;

function asked(health: Health, at: number): HealthStep {
  // Whoever asks hears nothing: this way works in one direction only, if at all.
  if (health.is === 'flowing') {
    return { health: { ...stalled(at), restartedAt: at, restarts: 1 }, actions: ['restart'] };
  }
  if (health.is !== 'stalled') return stay(health);
  const fresh = health.restartedAt !== null && at - health.restartedAt < FRESH_MS;
  return fresh ? stay(health) : { health: { ...health, restartedAt: at }, actions: ['restart'] };
}

/** What was tried up to now counts for nothing. */
function voided(health: Health, at: number): Health {
  if (health.is === 'stalled') {
    // Browsers tell of one change by several events.
    const fresh = health.restartedAt !== null && health.restarts > 0 && at - health.restartedAt < FRESH_MS;
    return fresh ? health : { ...health, restartedAt: null, restarts: 0 };
  }
  return health.is === 'unreachable' ? { ...health, triedAt: at - UNREACHABLE_MS } : health;
}

function reachable(health: Health, at: number, pending: boolean): Health {
  // It is said again now (the other page says hello): a second one would only begin everything anew.
  return health.is === 'stalled' && pending
    ? { ...health, restartedAt: at, restarts: 0 }
    : voided(health, at);
}

/** One step of the connection's health. */
export function stepHealth(health: Health, input: HealthInput): HealthStep {
  switch (input.type) {
    case 'heard':
      if (health.is === 'stalled' && input.at < health.deafUntil) return stay(health);
      return stay(flowing(input.at));
    case 'answered':
      return stay(
        health.is === 'connecting' && health.answeredAt === null
          ? { ...health, answeredAt: input.at }
          : health,
      );
    case 'broken':
      return stay(health.is === 'flowing' ? stalled(input.at) : health);
    case 'asked':
      return asked(health, input.at);
    case 'path-changed':
      return stay(voided(health, input.at));
    case 'reachable':
      return stay(reachable(health, input.at, input.pendingMs !== null));
    case 'network-lost':
      // Nothing is to be tried before there is another network.
      return stay(
        health.is === 'flowing'
          ? { ...stalled(input.at), restartedAt: input.at, deafUntil: input.at + DEAF_MS }
          : health,
      );
    case 'tick':
      return withResend(tick(health, input), input);
  }
}

export const connecting = (at: number): Health => ({
  is: 'connecting',
  since: at,
  answeredAt: null,
  told: false,
});
