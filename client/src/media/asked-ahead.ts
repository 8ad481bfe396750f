/** A question that was asked before there was anybody to wait for its answer. */
export interface AskedAhead {
  readonly asked: MediaStreamConstraints;
  readonly answer: Promise<MediaStream>;
}

/** Its answer for who asks the same; once, for its tracks then have an owner. Null: that was not asked. */
export function answerAhead({
  asked,
  answer,
}: AskedAhead): (question: MediaStreamConstraints) => Promise<MediaStream> | null {
  let open = JSON.stringify(asked);
  return (question) => {
    if (open !== JSON.stringify(question)) return null;
    open = '';
    return answer;
  };
}
