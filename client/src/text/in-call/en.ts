/** What is said only once somebody is in a call: fetched with what a running call shows. In English; see ../en.ts. */
export const enInCall = {
  'link.label': 'Link to this call',
  'link.share': 'Share…',
  'link.share-text': 'Talk with me:',
  'link.qr': 'QR code of the link. Point the camera of the other phone at it.',
  'call.not-reachable': 'You are not connected right now, so nobody can reach you. This page keeps trying.',
  'call.reconnecting-yours': 'Reconnecting: your network dropped. Your place is kept.',
  'call.reconnecting-theirs': 'The other person is not connected right now. Their place is kept.',
  'call.reconnecting-ours': 'Reconnecting: our server is not answering right now. Your place is kept.',
  'call.reconnecting-unknown':
    'Reconnecting: the way between you two was interrupted. It usually comes back.',
  'call.unreachable': 'Your two networks do not let you connect',
  'call.unreachable-detail':
    'This call goes straight from you to the other person, with nobody in between. One of the two networks forbids that, as some in companies, schools and hotels do.',
  'call.unreachable-help':
    'What helps: one of you switches to mobile data or another Wi-Fi, or turns a VPN off. This page keeps trying.',
  'call.unreachable-yours': 'Your network does not let you two connect',
  'call.unreachable-theirs': 'The other person’s network does not let you two connect',
  'call.unreachable-both': 'Neither of your networks lets you two connect',
  'call.unreachable-ours': 'The way between you two could not be found',
  'call.unreachable-changing':
    'This call goes straight from you to the other person, with nobody in between. That network hides where a call should be sent to, as some mobile and company networks do.',
  'call.unreachable-silent':
    'This call goes straight from you to the other person, with nobody in between. That network lets web pages through, but no direct calls, as some in companies, schools and hotels do.',
  'call.unreachable-unasked':
    'Nothing is wrong on your side. This server is not set up for calls between two different networks; in the same Wi-Fi they work. Whoever runs it can add a STUN server.',
  'call.unreachable-help-yours':
    'What helps: switch to mobile data, another Wi-Fi or a phone’s hotspot, or turn a VPN off. This page keeps trying.',
  'call.unreachable-help-theirs':
    'What helps: the other person switches to mobile data, another Wi-Fi or a phone’s hotspot, or turns a VPN off. This page keeps trying.',
  'call.network-doubt':
    'Your network may not let a direct call through. If you two cannot connect, mobile data or another Wi-Fi helps.',
  'call.controls': 'Call controls',
  'call.hang-up': 'Hang up',
  'call.their-picture': 'The other person',
  'call.their-camera-off': 'Their camera is off',
  'call.their-microphone-off': 'Their microphone is off',
  'call.tap-to-hear': 'Tap to hear them',
  'call.own-picture': 'Your picture: move it to another corner',
  'call.own-camera-off': 'Camera off',
  'call.own-microphone-off': 'Your microphone is off',
  'call.hide-own': 'Hide your picture',
  'call.show-own': 'Show your picture',
  'call.switch-camera': 'Switch camera',
} as const;
