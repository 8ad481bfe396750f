// Safari shows a picture while an app of the home screen starts, if there is one of exactly the screen's size. Instead of
// dozens of files, the one that fits is drawn here: the two circles on paper or ink.

const SCHEMES = [
  { scheme: 'light', paper: '#fbf7f2' },
  { scheme: 'dark', paper: '#161211' },
] as const;

/** Of the shorter side. */
const MARK = 0.32;

function circles(pen: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  const circle = (at: number, colour: string): void => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(at, y, size * 0.3, 0, 2 * Math.PI);
    pen.fill();
  };
  circle(x - size * 0.14, '#ff8a6f');
  pen.globalCompositeOperation = 'multiply';
  circle(x + size * 0.14, '#15807c');
  pen.globalCompositeOperation = 'source-over';
}

function picture(width: number, height: number, paper: string): string | null {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (!pen) return null;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, width, height);
  circles(pen, width / 2, height / 2, Math.min(width, height) * MARK);
  return canvas.toDataURL('image/png');
}

/** Adds the start pictures of this very screen: upright and lying, on paper and on ink. */
export function addStartPictures(): void {
  const { width, height } = screen;
  const scale = devicePixelRatio;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  for (const { scheme, paper } of SCHEMES) {
    for (const [orientation, across, down] of [
      ['portrait', short, long],
      ['landscape', long, short],
    ] as const) {
      const href = picture(across * scale, down * scale, paper);
      if (href === null) return;
      const link = document.createElement('link');
      link.rel = 'apple-touch-startup-image';
      link.media = `screen and (device-width: ${short}px) and (device-height: ${long}px) and (-webkit-device-pixel-ratio: ${scale}) and (orientation: ${orientation}) and (prefers-color-scheme: ${scheme})`;
      link.href = href;
      document.head.append(link);
    }
  }
}
