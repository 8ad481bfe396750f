import { describe, expect, it } from 'vitest';
import { cornerByKey, nearestCorner, nextCorner, type Corner } from './corners';
import { fitFor } from './picture-fit';

describe('The own picture', () => {
  it('rests in the corner it was dropped nearest to', () => {
    const area = { width: 400, height: 800 };
    expect(nearestCorner({ x: 10, y: 700 }, area)).toEqual({ x: 0, y: 1 });
    expect(nearestCorner({ x: 390, y: 10 }, area)).toEqual({ x: 1, y: 0 });
  });

  it('reaches every corner by pressing alone', () => {
    const seen = new Set<string>();
    let corner: Corner = { x: 1, y: 0 };
    for (let press = 0; press < 4; press += 1) {
      seen.add(`${corner.x}${corner.y}`);
      corner = nextCorner(corner);
    }
    expect(seen.size).toBe(4);
    expect(corner).toEqual({ x: 1, y: 0 });
  });

  it('follows the arrow keys and no others', () => {
    expect(cornerByKey({ x: 1, y: 0 }, 'ArrowLeft')).toEqual({ x: 0, y: 0 });
    expect(cornerByKey({ x: 1, y: 0 }, 'ArrowDown')).toEqual({ x: 1, y: 1 });
    expect(cornerByKey({ x: 1, y: 0 }, 'Enter')).toBeNull();
  });
});

describe('The other person’s picture', () => {
  it('fills the screen where little of it is cut away', () => {
    expect(fitFor({ width: 1280, height: 720 }, { width: 1280, height: 800 })).toBe('cover');
    expect(fitFor({ width: 480, height: 640 }, { width: 390, height: 844 })).toBe('cover');
  });

  it('is shown whole where the person would be cut away', () => {
    expect(fitFor({ width: 1280, height: 720 }, { width: 390, height: 844 })).toBe('contain');
    expect(fitFor({ width: 480, height: 640 }, { width: 1280, height: 720 })).toBe('contain');
  });

  it('fills the screen as long as its shape is not known', () => {
    expect(fitFor({ width: 0, height: 0 }, { width: 390, height: 844 })).toBe('cover');
  });
});
