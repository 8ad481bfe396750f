export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * How much of a picture may be cut away, as the ratio of the two shapes, before it is shown whole instead. 1.8 keeps
 * every landscape screen filled and 3:4 phones on phones; a wide picture on an upright phone would lose its people.
 */
const MOST_CUT = 1.8;

/** Fill the screen with the other person, or show the whole picture with bars: whichever keeps them in it. */
export function fitFor(picture: Size, screen: Size): 'cover' | 'contain' {
  const shape = (size: Size) => size.width / size.height;
  const ratio = shape(picture) / shape(screen);
  const cut = Math.max(ratio, 1 / ratio);
  return Number.isFinite(cut) && cut > MOST_CUT ? 'contain' : 'cover';
}
