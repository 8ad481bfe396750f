// The least a call needs of a server: what one says on a WebSocket is handed to the other, by `ws` alone.
// Also serves the minimal call page. node bare-relay.mjs PORT; says "ready" when it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const page = readFileSync(new URL('../bench/minimal-call.html', import.meta.url));
const server = createServer((request, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'max-age=600' })
    .end(page);
});

/** Call name → the sockets in it, at most two. */
const calls = new Map();

new WebSocketServer({ server, path: '/api/signal', perMessageDeflate: false }).on('connection', (socket) => {
  let name;
  let pair;
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.event === 'enter') {
      name = frame.data.callId;
      pair = calls.get(name) ?? [];
      calls.set(name, pair);
      pair.push(socket);
      socket.send(JSON.stringify({ event: 'entered', data: { seat: pair.length - 1 } }));
      if (pair.length === 2) pair[0].send(JSON.stringify({ event: 'peer', data: { state: 'present' } }));
      return;
    }
    if (frame.event === 'pulse') {
      socket.send('{"event":"pulse","data":{}}');
      return;
    }
    const other = pair?.find((each) => each !== socket);
    if (frame.event === 'relay') other?.send(JSON.stringify({ event: 'relay', data: frame.data }));
    else socket.close();
  });
  socket.on('close', () => {
    if (!pair) return;
    pair.splice(pair.indexOf(socket), 1);
    if (pair.length === 0) calls.delete(name);
    for (const other of pair) other.send(JSON.stringify({ event: 'peer', data: { state: 'left' } }));
  });
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
