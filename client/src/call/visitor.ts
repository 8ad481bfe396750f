import { Identity, makeHolder, type Credentials, type DevicesOn, type Slot } from './identity';
import { claimTab, stealTab, type TabClaim } from './tab-claim';

/** What a tab is, when a call's link is opened in it. */
export type Arrival =
  | { readonly is: 'new' }
  /** This tab was in the call when its page went away. `metAt`: when the talk began (ms, performance.now(); may be negative). */
  | { readonly is: 'back'; readonly devices: DevicesOn; readonly metAt: number | null }
  /** Another tab of this browser has the call open. */
  | { readonly is: 'second-tab' };

/** How long (ms) to wait for this call's place among the tabs: a page that reloads may meet its own dying self. */
const CLAIM_WAIT_MS = { back: 2000, new: 400 };

/** Who this tab is in one call: which person of this browser, and whether it may speak for them. */
export class Visitor {
  private readonly identity: Identity;
  private readonly callId: string;
  private slot: Slot = 0;
  private claim: TabClaim | null = null;
  /** A third tab of one browser is a third person: a name for this once, and the server's answer. */
  private stranger: Credentials | null = null;
  private gone = false;
  private readonly stolen: () => void;

  /** @param stolen Another tab has taken the call. */
  constructor(callId: string, stolen: () => void) {
    this.callId = callId;
    this.stolen = stolen;
    this.identity = new Identity(callId);
  }

  /** Nobody of this browser has been in this call: almost certainly no other tab has it open either. */
  get isFirst(): boolean {
    return !this.identity.isKnown && this.identity.interrupted() === null;
  }

  async arrive(): Promise<Arrival> {
    const before = this.identity.interrupted();
    this.slot = before?.slot ?? 0;
    const claim = await claimTab(this.callId, this.slot, CLAIM_WAIT_MS[before ? 'back' : 'new']);
    if (!claim) return { is: 'second-tab' };
    this.keep(claim);
    if (!before) return { is: 'new' };
    const metAt = before.talkingSince === null ? null : before.talkingSince - performance.timeOrigin;
    return { is: 'back', devices: before, metAt };
  }

  /** The call moves from whichever tab has it to this one. */
  async moveHere(): Promise<void> {
    if (this.stranger) return;
    this.keep(await stealTab(this.callId, this.slot));
  }

  /** Beside the other tab of this browser. */
  async asSecond(): Promise<void> {
    this.slot = 1;
    const claim = await claimTab(this.callId, this.slot, CLAIM_WAIT_MS.new);
    if (claim) this.keep(claim);
    else this.stranger = { holder: makeHolder() };
  }

  credentials(): Credentials {
    return this.stranger ?? this.identity.credentials(this.slot);
  }

  keepTicket(ticket: string): void {
    if (!this.stranger) this.identity.keepTicket(this.slot, ticket);
  }

  /** A reload of this tab goes straight back in, with these devices on. */
  markIn(devices: DevicesOn, metAt: number | null): void {
    const talkingSince = metAt === null ? null : Math.round(metAt + performance.timeOrigin);
    if (!this.stranger) this.identity.markInCall(this.slot, devices, talkingSince);
  }

  /** Out of the call: the next page begins in the lobby, and another tab may have it. */
  leave(): void {
    this.identity.markLeft();
    this.claim?.release();
    this.claim = null;
  }

  /** The page is left: another tab may speak now. */
  release(): void {
    this.gone = true;
    this.claim?.release();
  }

  private keep(claim: TabClaim): void {
    if (this.gone) {
      claim.release();
      return;
    }
    this.claim = claim;
    void claim.stolen.then(() => {
      if (this.claim === claim && !this.gone) this.stolen();
    });
  }
}
