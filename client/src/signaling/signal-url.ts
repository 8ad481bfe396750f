/** Where a server's signaling socket is. `origin`: `https://…` of the server. */
export const signalUrl = (origin: string): string => `${origin.replace(/^http/, 'ws')}/api/signal`;
