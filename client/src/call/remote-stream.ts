/** The other person's sound and picture: one track of each kind, the newest. */
export class RemoteStream {
  private readonly show: (stream: MediaStream | null) => void;
  private stream: MediaStream | null = null;

  constructor(show: (stream: MediaStream | null) => void) {
    this.show = show;
  }

  add(track: MediaStreamTrack): void {
    const others = (this.stream?.getTracks() ?? []).filter(({ kind }) => kind !== track.kind);
    this.become(new MediaStream([...others, track]));
  }

  end(): void {
    this.become(null);
  }

  private become(stream: MediaStream | null): void {
    this.stream = stream;
    this.show(stream);
  }
}
