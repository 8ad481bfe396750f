import { fitFor } from '@/ui/call/picture-fit';

/** How long (ms) after the app is drawn its own picture is waited for. */
const HAND_OVER_MS = 3000;

let shown: HTMLVideoElement | null = null;

const size = (width: number, height: number) => ({ width, height });

function fill(video: HTMLVideoElement): void {
  const { videoWidth, videoHeight, clientWidth, clientHeight } = video;
  video.style.objectFit = fitFor(size(videoWidth, videoHeight), size(clientWidth, clientHeight));
}

/** Nothing of it stays; also asked for when there is none. */
export function endFirstPicture(): void {
  shown?.remove();
  shown = null;
}

/**
 * The other person's picture, shown by the page itself while what draws the call is still to come; sound comes with the
 * app's own. Resolves when it is on the screen.
 */
export function showFirstPicture(stream: MediaStream): Promise<void> {
  endFirstPicture();
  const video = document.createElement('video');
  shown = video;
  Object.assign(video, {
    className: 'first-picture over-picture',
    autoplay: true,
    muted: true,
    playsInline: true,
  });
  video.srcObject = stream;
  document.body.append(video);
  return new Promise((playing) => {
    video.addEventListener(
      'playing',
      () => {
        fill(video);
        video.classList.add('seen');
        playing();
      },
      { once: true },
    );
  });
}

/** The app is drawn. The first picture stays until the app's own plays in its place, so that nothing flashes. */
export function handOverPicture(): void {
  if (!shown) return;
  setTimeout(endFirstPicture, HAND_OVER_MS);
  document.addEventListener(
    'playing',
    ({ target }) =>
      target instanceof HTMLElement && target.dataset['testid'] === 'remote-video' && endFirstPicture(),
    { capture: true },
  );
}
