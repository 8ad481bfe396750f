import type * as payload from '@/signaling/payload';

export type Packing = Pick<typeof payload, 'packAhead' | 'packPayload' | 'unpackPayload'>;

/**
 * What makes descriptions small is a file of its own, of some 8 KB: it is needed when the first one is said, not for the
 * lobby. Rejects when it could not be fetched.
 */
export const loadPacking = (): Promise<Packing> => import('@/signaling/payload');
