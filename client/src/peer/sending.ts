/** Sound before picture when there is not room for both (RTCRtpEncodingParameters.priority). */
export function preferAudio(sender: RTCRtpSender): void {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    encoding.priority = 'high';
    encoding.networkPriority = 'high';
  }
  // Firefox 153 refuses setParameters before the first negotiation: then it keeps its own order.
  sender.setParameters(parameters).catch(() => undefined);
}

/**
 * What leaves of the own picture: that of the camera, and without one nothing at all. Taking the track away is not
 * enough: Firefox 153 then goes on with a black picture each second (measured). So its encoding is switched off too.
 */
export class PictureSending {
  private readonly sender: RTCRtpSender;
  private track: MediaStreamTrack | null;
  /** One change after the other: Chromium 156 refuses one that begins while another is under way. */
  private changes: Promise<void> = Promise.resolve();

  constructor(sender: RTCRtpSender) {
    this.sender = sender;
    this.track = sender.track;
  }

  /** The sender has this track from now on; null: nothing. */
  follow(track: MediaStreamTrack | null): void {
    this.track = track;
    this.change(() => this.settle());
  }

  /**
   * The next picture is a whole one. After a cut the other browser has only differences to pictures it never got, and
   * asks for a whole one as late as 1.9 s after packets arrive again (Chromium 156, measured): until then it shows
   * nothing. Switching the encoding off and on is the one way a page has to order one.
   */
  orderWhole(): void {
    if (!this.track) return;
    this.change(async () => {
      await this.switchTo(false);
      // Whatever happened to a refused change: off is not where it may end.
      await this.settle().catch(() => this.settle());
    });
  }

  private change(work: () => Promise<void>): void {
    // Refused by a connection that closes just now, or by a browser that cannot.
    this.changes = this.changes.then(work).catch(() => undefined);
  }

  private settle(): Promise<void> {
    return this.switchTo(this.track !== null);
  }

  private async switchTo(active: boolean): Promise<void> {
    const parameters = this.sender.getParameters();
    const others = parameters.encodings.filter((encoding) => (encoding.active ?? true) !== active);
    if (others.length === 0) return;
    for (const encoding of others) encoding.active = active;
    await this.sender.setParameters(parameters);
  }
}
