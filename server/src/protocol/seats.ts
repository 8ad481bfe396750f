/** One of the two places in a call. There is no third. */
export type SeatNumber = 0 | 1;

export const otherSeat = (seat: SeatNumber): SeatNumber => (seat === 0 ? 1 : 0);
