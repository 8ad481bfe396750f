/**
 * Is there such a call? A link that is no longer good should be said before somebody makes themselves ready for it. No
 * answer is no verdict: only the server's plain no counts.
 */
export async function isKnownCall(callId: string): Promise<boolean> {
  try {
    const response = await fetch(`/api/calls/${encodeURIComponent(callId)}`);
    return response.status !== 404;
  } catch {
    // No network, or no server: joining will say so.
    return true;
  }
}
