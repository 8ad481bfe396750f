// The door of the servers inside a network namespace: what comes to PORT goes to a Unix socket, which no namespace hides.
import { connect, createServer } from 'node:net';

const [port, path] = process.argv.slice(2);
const server = createServer((client) => {
  const inside = connect(path);
  for (const [from, to] of [
    [client, inside],
    [inside, client],
  ]) {
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
  client.setNoDelay(true);
});
server.listen(Number(port), () => process.stdout.write('the door is open\n'));
