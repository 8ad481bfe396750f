/** Where the own picture rests: 0 is left or top, 1 is right or bottom. */
export interface Corner {
  readonly x: 0 | 1;
  readonly y: 0 | 1;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The corner nearest to a point inside an area of this size. */
export const nearestCorner = (point: Point, area: { width: number; height: number }): Corner => ({
  x: point.x < area.width / 2 ? 0 : 1,
  y: point.y < area.height / 2 ? 0 : 1,
});

/** Clockwise around the screen: for those who press instead of dragging. */
export function nextCorner({ x, y }: Corner): Corner {
  if (y === 0) return x === 0 ? { x: 1, y: 0 } : { x: 1, y: 1 };
  return x === 1 ? { x: 0, y: 1 } : { x: 0, y: 0 };
}

/** The corner an arrow key leads to; null for other keys. */
export function cornerByKey(corner: Corner, key: string): Corner | null {
  switch (key) {
    case 'ArrowLeft':
      return { ...corner, x: 0 };
    case 'ArrowRight':
      return { ...corner, x: 1 };
    case 'ArrowUp':
      return { ...corner, y: 0 };
    case 'ArrowDown':
      return { ...corner, y: 1 };
    default:
      return null;
  }
}
