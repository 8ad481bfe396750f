/** Of which a test reaches one half, or both. */
export function reachHalf(size: number): number {
  if (size > 8) {
    return size + 1;
  }
  return size;
}

/** The other half, as it stands above. */
export const HALF_REACHED = '{ return size + 1; }';
