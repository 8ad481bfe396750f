/** ms after which something that doesn't answer counts as away. */
const PATIENCE_MS = 2_000;

/** False: it said no, or nothing for too long. */
export async function answersInTime(ping: Promise<void>): Promise<boolean> {
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    limit = setTimeout(resolve, PATIENCE_MS, false).unref();
  });
  const answer = ping.then(
    () => true,
    () => false,
  );
  const answers = await Promise.race([late, answer]);
  clearTimeout(limit);
  return answers;
}
