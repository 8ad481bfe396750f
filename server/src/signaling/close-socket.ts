import type { WebSocket } from 'ws';

/** Closes with a code, and cuts the connection when the other end does not answer the close within `withinMs`. */
export function closeSocket(socket: WebSocket, code: number, reason: string, withinMs: number): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason);
  const cut = setTimeout(() => {
    socket.terminate();
  }, withinMs).unref();
  socket.once('close', () => {
    clearTimeout(cut);
  });
}
