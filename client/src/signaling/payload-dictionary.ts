/**
 * The text both browsers know before they begin: what session descriptions, candidates and our own messages look like.
 * Deflate refers back to it, so that a 5.5 KB offer travels as its random parts and little else.
 *
 * How it was made: offers and answers for sound, picture and a data channel were taken from Chromium and Firefox in all
 * four pairings, everything random was removed, and lines only Safari writes were added from its published
 * descriptions. Long runs of codec lines are built by functions, because the file itself is part of the page's load.
 * The most frequent text stands last, where deflate's references are shortest.
 *
 * Both sides must hold exactly the same bytes: any change here needs a new SEAL_VERSION (privacy/sealing.ts).
 */

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

const feedback = (type: number): string =>
  ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli']
    .map((kind) => `a=rtcp-fb:${type} ${kind}\r\n`)
    .join('');

/** A video codec as Chromium and Safari write it, with the retransmission type that follows it. */
const codec = (type: number, name: string, parameters: string, retransmission: number): string =>
  lines(`a=rtpmap:${type} ${name}/90000`) +
  feedback(type) +
  (parameters === '' ? '' : lines(`a=fmtp:${type} ${parameters}`)) +
  lines(`a=rtpmap:${retransmission} rtx/90000`, `a=fmtp:${retransmission} apt=${type}`);

const h264 = (type: number, mode: 0 | 1, profile: string, retransmission: number): string =>
  codec(
    type,
    'H264',
    `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
    retransmission,
  );

const SAFARI = lines(
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101 102 103 104 105 106 107 125 127 108 109 35 36 37',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f',
  'a=rtpmap:100 H265/90000',
  'a=fmtp:100 level-id=93;profile-id=1;tier-flag=0;tx-mode=SRST',
  'a=ssrc: mslabel:',
  'a=ssrc: label:',
);

const firefoxFeedback = (type: number): string =>
  ['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']
    .map((kind) => `a=rtcp-fb:${type} ${kind}\r\n`)
    .join('');

const FIREFOX =
  lines(
    'v=0',
    'o=mozilla...THIS_IS_SDPARTA-99.0  0 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=sendrecv',
    'a=extmap-allow-mixed',
    'a=fingerprint:sha-256 ',
    'a=group:BUNDLE 0 1 2',
    'a=ice-options:trickle',
    'a=msid-semantic:WMS *',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 126',
    'm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101',
    'c=IN IP4 0.0.0.0',
    'a=sendrecv',
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level',
    'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap-allow-mixed',
    'a=fmtp:111 maxplaybackrate=48000;stereo=1;useinbandfec=1',
    'a=fmtp:126 0-15',
    'a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1',
    'a=fmtp:101 0-15',
    'a=ice-pwd:',
    'a=ice-ufrag:',
    'a=mid:0',
    'a=msid:- {',
    'a=rtcp-fb:109 transport-cc',
    'a=rtcp-fb:9 transport-cc',
    'a=rtcp-fb:0 transport-cc',
    'a=rtcp-fb:8 transport-cc',
    'a=rtcp-mux',
    'a=rtpmap:109 opus/48000/2',
    'a=rtpmap:9 G722/8000/1',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=setup:actpass',
    'a=ssrc: cname:{',
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 45 46 98 99 118 119 120',
    'm=video 9 UDP/TLS/RTP/SAVPF 120 124 121 125 99 100 123 122 119',
    'c=IN IP4 0.0.0.0',
    'a=sendrecv',
    'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:5 urn:ietf:params:rtp-hdrext:toffset',
    'a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap-allow-mixed',
    'a=fmtp:120 max-fs=12288;max-fr=60',
    'a=fmtp:124 apt=120',
    'a=fmtp:121 max-fs=12288;max-fr=60',
    'a=fmtp:125 apt=121',
    'a=fmtp:100 apt=99',
    'a=fmtp:119 apt=122',
    'a=ice-pwd:',
    'a=ice-ufrag:',
    'a=mid:1',
    'a=msid:- {',
  ) +
  [120, 121, 99, 123, 122].map(firefoxFeedback).join('') +
  lines(
    'a=rtcp-mux',
    'a=rtcp-rsize',
    'a=rtpmap:120 VP8/90000',
    'a=rtpmap:124 rtx/90000',
    'a=rtpmap:121 VP9/90000',
    'a=rtpmap:125 rtx/90000',
    'a=rtpmap:99 AV1/90000',
    'a=rtpmap:100 rtx/90000',
    'a=rtpmap:123 ulpfec/90000',
    'a=rtpmap:122 red/90000',
    'a=rtpmap:119 rtx/90000',
    'a=setup:active',
    'a=ssrc: cname:{',
    'a=ssrc-group:FID ',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=sendrecv',
    'a=ice-pwd:',
    'a=ice-ufrag:',
    'a=mid:2',
    'a=setup:active',
    'a=sctp-port:5000',
    'a=max-message-size:1073741823',
  );

/** What Chromium writes at the head of every section. */
const section = (mid: number, more = ''): string =>
  lines(
    'a=ice-ufrag:',
    'a=ice-pwd:',
    'a=ice-options:trickle',
    'a=fingerprint:sha-256 ',
    'a=setup:active',
    `a=mid:${mid}`,
  ) + more;

const CHROMIUM =
  lines(
    'a=setup:actpass',
    'a=extmap-allow-mixed',
    'v=0',
    'o=-  2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
  ) +
  section(0) +
  lines(
    'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=sendrecv',
    'a=msid:- ',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    'a=rtcp-xr:rcvr-rtt=all',
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:13 CN/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    'a=ssrc: cname:',
    'a=ssrc: msid:- ',
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104 107 108 109 114 115 116 117 39 40 45 46 98 99 100 101 118 119 120',
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
  ) +
  section(1) +
  lines(
    'a=extmap:14 urn:ietf:params:rtp-hdrext:toffset',
    'a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    'a=extmap:13 urn:3gpp:video-orientation',
    'a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
    'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'a=extmap:6 http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
    'a=extmap:7 http://www.webrtc.org/experiments/rtp-hdrext/video-timing',
    'a=extmap:8 http://www.webrtc.org/experiments/rtp-hdrext/color-space',
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
    'a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
    'a=sendrecv',
    'a=msid:- ',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    'a=rtcp-xr:rcvr-rtt=all',
  ) +
  codec(96, 'VP8', '', 97) +
  h264(102, 1, '42001f', 103) +
  h264(104, 0, '42001f', 107) +
  h264(108, 1, '42e01f', 109) +
  h264(114, 0, '42e01f', 115) +
  h264(116, 1, '4d001f', 117) +
  h264(39, 0, '4d001f', 40) +
  codec(45, 'AV1', 'level-idx=5;profile=0;tier=0', 46) +
  codec(98, 'VP9', 'profile-id=0', 99) +
  codec(100, 'VP9', 'profile-id=2', 101) +
  lines(
    'a=rtpmap:118 red/90000',
    'a=rtpmap:119 rtx/90000',
    'a=fmtp:119 apt=118',
    'a=rtpmap:120 ulpfec/90000',
    'a=ssrc-group:FID ',
    'a=ssrc: cname:',
    'a=ssrc: msid:- ',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
  ) +
  section(2, lines('a=sctp-port:5000', 'a=max-message-size:262144'));

/** Our own messages: compact keys, and the candidates in them. */
const MESSAGES = [
  '"]}{"k":"h","f":"","t":"","g":1,"k":"r"}{"f":"","t":"","g":1,"k":"a","i":1,"m":3,"s":"v=0',
  '{"f":"","t":"","g":1,"k":"c","c":["candidate:0 1 UDP 2122252543 .local  typ host","candidate:1 1 TCP 2105524479 .local 9 typ host tcptype active',
  '","candidate: 1 tcp 1518280447 192.168. 9 typ host tcptype active generation 0 ufrag  network-id 1',
  '","candidate: 1 udp 1686052607  typ srflx raddr 192.168. rport  generation 0 ufrag  network-id 1 network-cost 10',
  '","candidate: 1 udp 2122260223 .local  typ host generation 0 ufrag  network-id 1 network-cost 999',
  '","candidate: 1 udp 1677729535  typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag  network-cost 999"]}',
  '{"f":"","t":"","g":0,"k":"o","i":1,"m":3,"s":"v=0\\r\\no=- ',
].join('');

const asInJson = (text: string): string => JSON.stringify(text).slice(1, -1);

export const PAYLOAD_DICTIONARY = new TextEncoder().encode(asInJson(SAFARI + FIREFOX + CHROMIUM) + MESSAGES);
