import { timingSafeEqual } from 'node:crypto';
import type { TicketClaim } from './call-seating.js';
import type { HolderId } from './call-state.js';
import { signer } from './signing-keys.js';

const PROOF_BYTES = 16;
const SHAPE = /^([01])\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})\.([A-Za-z0-9_-]{22})$/;

/** Signed proofs of a seat, good only for that call and with that holder: `seat.epoch.born.issuedAt.proof`, numbers in base 36. */
export class Tickets {
  readonly #sign: (data: string, bytes: number) => Buffer;

  constructor(secret: Buffer) {
    this.#sign = signer(secret, 'ticket');
  }

  issue(callId: string, holder: HolderId, { seat, epoch, born, issuedAt }: TicketClaim): string {
    const claim = [seat, epoch, born, issuedAt].map((number) => number.toString(36)).join('.');
    return `${claim}.${this.#proof(callId, holder, claim).toString('base64url')}`;
  }

  /** Null: not a ticket of this server for this call and holder. Its owner enters as anybody does. */
  read(callId: string, holder: HolderId, ticket: string): TicketClaim | null {
    const [, seat, epoch, born, issuedAt, proof] = SHAPE.exec(ticket) ?? [];
    if (!seat || !epoch || !born || !issuedAt || !proof) return null;
    const expected = this.#proof(callId, holder, `${seat}.${epoch}.${born}.${issuedAt}`).toString(
      'base64url',
    );
    // As text: its last character has bits to spare, and would have sixteen spellings of each proof.
    if (!timingSafeEqual(Buffer.from(proof), Buffer.from(expected))) return null;
    return {
      seat: seat === '0' ? 0 : 1,
      epoch: parseInt(epoch, 36),
      born: parseInt(born, 36),
      issuedAt: parseInt(issuedAt, 36),
    };
  }

  #proof(callId: string, holder: HolderId, claim: string): Buffer {
    return this.#sign(`${callId}.${holder}.${claim}`, PROOF_BYTES);
  }
}
