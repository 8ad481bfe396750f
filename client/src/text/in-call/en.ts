/** What is said only once somebody is in a call: fetched with what a running call shows. In English; see ../en.ts. */
export const enInCall = {
  'link.label': 'Link to this call',
  'link.share-text': 'Talk with me:',
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
  'call.hide-me': 'Hide me',
  'call.hidden': 'Your camera and microphone are off.',
  'call.back': 'Back',

  'safety.title': 'Safety code',
  'safety.detail': 'Find out whether anybody stands between you.',
  'safety.pictures': 'Your four pictures',
  'safety.how':
    'Read these aloud to each other. If they are the same on both sides, nobody stands between you.',
  'safety.differ': 'If they differ, hang up and send a new link another way.',
  'safety.exchanging': 'The four pictures appear in a moment.',
  'safety.mismatch':
    'The safety code does not match what the other page sent: somebody may be standing between you. Hang up and send a new link another way.',
  'safety.new': 'You are connected anew, so there is a new safety code. Compare it again to be sure.',

  'lock.title': 'Lock this call',
  'lock.detail': 'Only you two can come in. If one of you leaves, the place waits for them.',
  'lock.later': 'You can lock the call once you are both here.',
  'lock.locked': 'The call is locked. Only you two can come in.',
  'lock.unlocked': 'The call is unlocked. A free place is open to whoever has the link.',

  'block.title': 'Leave and block',
  'block.detail':
    'You hang up, and they cannot come back into this call with the browser they use now. To be sure of another device, too, start a new call.',
  'block.detail-rung':
    'You hang up. With the browser they use now they cannot come back into this call, nor ring you again through the same ring link. To be sure of another browser, too, take that ring link back in the settings.',
  'block.stay': 'Stay in the call',

  'keep.title': 'Keep each other',
  'keep.detail':
    'If you both press this, you can ring each other later. If only one does, nobody learns of it.',
  'keep.own-name': 'Your name, as they will see it',
  'keep.press': 'Keep each other',
  'keep.willing':
    'If the other person presses it too, you can ring each other. You are told as soon as they do.',
  'keep.take-back': 'Take it back',
  'keep.exchanging': 'You both said yes. One moment…',
  'keep.kept': 'You can ring each other now. You find them on your start page.',
  'keep.kept-name': 'You can ring each other now. You find {name} on your start page.',
  'keep.their-name': 'What do you call them?',
  'keep.name-them': 'Save',
  'keep.named': 'Saved',
  'keep.failed':
    'You both said yes, but the server could not be reached. Check your connection, then press it again.',
  'keep.no-storage':
    'Your browser keeps nothing for this page, so nobody can be kept. Leave the private window, or allow this page to keep data.',
  'keep.unanswered': 'The other person did not press it in time. Nothing was exchanged.',
  'keep.half':
    'You both said yes, but the connection ended too early. They may be able to ring you; to ring them, ask for their ring link.',

  'notice.damaged-copy': 'Somebody opened a damaged copy of this link. Send it to them again.',
  'notice.tampered':
    'Something on the way changed or repeated messages of this call. They were refused. Compare the safety code to be sure.',
} as const;
