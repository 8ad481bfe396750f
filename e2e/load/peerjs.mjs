// PeerJS's own server, as its documentation starts it. node peerjs.mjs PORT; says "ready" when it listens.
import { PeerServer } from 'peer';

const options = { port: Number(process.argv[2]), host: '127.0.0.1', path: '/', allow_discovery: false };
PeerServer(options, () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0));
