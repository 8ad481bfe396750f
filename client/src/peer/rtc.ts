/**
 * What is used of a browser's RTCPeerConnection, and nothing else: the one boundary at which tests put a fake, so that
 * glare, stale candidates, restarts and giving up are unit tests.
 */
export type RtcConnection = Pick<
  RTCPeerConnection,
  | 'signalingState'
  | 'connectionState'
  | 'localDescription'
  | 'remoteDescription'
  | 'setLocalDescription'
  | 'setRemoteDescription'
  | 'addIceCandidate'
  | 'restartIce'
  | 'addTransceiver'
  | 'getTransceivers'
  | 'createDataChannel'
  | 'getStats'
  | 'close'
  | 'onnegotiationneeded'
  | 'onicecandidate'
  | 'onconnectionstatechange'
  | 'ontrack'
>;

export type RtcFactory = (configuration: RTCConfiguration) => RtcConnection;

export const browserRtc: RtcFactory = (configuration) => new RTCPeerConnection(configuration);

/** Is there WebRTC at all? Some browsers inside other apps, and hardened ones, have none. */
export const hasRtc = (): boolean => typeof RTCPeerConnection === 'function';
