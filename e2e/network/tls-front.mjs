// What stands before the server on the internet: https (and wss) from outside, plain bytes to the server's own port.
// node tls-front.mjs ADDRESS PORT CERTIFICATE KEY TARGET_PORT
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer } from 'node:tls';

const [address, port, certificate, key, target] = process.argv.slice(2);

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (outer) => {
  const inner = connect(Number(target), '127.0.0.1');
  // One side's end is the other's, whatever the reason: a dead server must look dead from outside.
  for (const [from, to] of [
    [outer, inner],
    [inner, outer],
  ]) {
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
});
// A hand-shake that a cut network broke off.
server.on('tlsClientError', (_problem, socket) => socket.destroy());
server.listen(Number(port), address, () => console.log('ready'));
