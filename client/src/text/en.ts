/**
 * Every sentence the pages say, in English. The keys and the names in braces are the type of the dictionary:
 * another language that lacks one does not compile.
 */
export const en = {
  'app.name': 'o to o',
  'app.language': 'Language',
  'app.language-missing': 'This language could not be loaded. Check your connection, then choose it again.',
  'app.theme': 'Appearance',
  'app.settings': 'Settings',
  'app.home': 'To the start page',
  'app.title-then': '{title}. {detail}',
  'app.open-title-then': '{title} {detail}',
  'app.offline': 'You are offline. A call needs a connection: check your Wi-Fi or mobile data.',

  'theme.system': 'Like my device',
  'theme.light': 'Light',
  'theme.dark': 'Dark',

  'home.title': 'A private call for two',
  'home.lead': 'Start a call, send the link, and talk. No account, nothing to install.',
  'home.start': 'Start a call',
  'home.starting': 'Making your link…',
  'home.have-link': 'Have a link?',
  'home.open': 'Open',
  'home.link-empty': 'Paste the link you were sent, then press Open.',
  'home.link-wrong':
    'This is not a whole call link. Copy all of it, also what comes after the # sign, and paste it again.',
  'home.link-elsewhere': 'This link belongs to a call at another address, {host}.',
  'home.link-open-there': 'Open it there',

  'start.offline': 'The server could not be reached. Check your connection, then try again.',
  'start.busy': 'Many calls were started from your network just now. Wait a minute, then try again.',
  'start.unavailable':
    'Calls cannot be started right now. Nothing is wrong on your side: try again in a moment.',

  'not-found.title': 'There is nothing here',
  'not-found.detail': 'The address may be mistyped, or it belongs to something that is gone.',

  'settings.title': 'Settings',
  'settings.devices': 'Camera and microphone',
  'settings.devices-later': 'You can choose them before you join a call, and at any time during it.',
  'settings.shortcuts': 'Keyboard shortcuts',
  'settings.shortcuts-detail':
    'In a call, M switches the microphone and V the camera. H hides you: both off at once.',

  'opening.title': 'Opening the call…',

  'tabs.title': 'This call is open in another tab',
  'tabs.detail': 'Would you like to go on here?',
  'tabs.move': 'Move the call here',
  'tabs.second': 'Join as the second person',
  'tabs.second-detail': 'Good for trying it out on your own.',

  'lobby.title': 'Ready when you are',
  'lobby.detail': 'Nobody sees or hears you until you join.',
  'lobby.join': 'Join',
  'lobby.address': 'Once you join, you two connect directly and can see each other’s network address.',
  'lobby.join-off': 'You can join with everything off.',
  'lobby.preview': 'Your picture',
  'lobby.camera-off': 'Your camera is off',
  'lobby.camera-starting': 'Starting your camera…',
  'lobby.say-something': 'Say something to try your microphone.',
  'lobby.heard': 'Your microphone hears you.',

  'device.camera': 'Camera',
  'device.microphone': 'Microphone',
  'device.nth-camera': 'Camera {number}',
  'device.nth-microphone': 'Microphone {number}',
  'device.the-camera': 'camera',
  'device.the-microphone': 'microphone',
  'device.the-both': 'camera and microphone',
  'device.choose': 'Choose camera and microphone',
  'device.problem-help': 'Until then you can join without it.',

  'problem.denied.title': 'No permission to use your {device}',
  'problem.denied.detail':
    'Allow it for this page with the symbol beside the address, and in the settings of your phone or computer for this browser. Then switch it on again.',
  'problem.missing.title': 'No {device} found',
  'problem.missing.detail': 'Plug one in, or choose another. Then switch it on again.',
  'problem.missing.detail-only': 'Plug one in, then switch it on again.',
  'problem.in-use.title': 'Something else is using your {device}',
  'problem.in-use.detail': 'Close other apps and pages that may be using it. Then switch it on again.',
  'problem.held.title': 'Something else is using your {device}',
  'problem.held.detail': 'A phone call or another app has it. It comes back by itself when that is over.',
  'problem.unsupported.title': 'This browser gives no access to a {device}',
  'problem.unsupported.detail':
    'That is usual for pages opened inside another app. Copy the link and open it in Safari, Chrome or Firefox.',
  'problem.insecure.title': 'No access to a {device} on this address',
  'problem.insecure.detail':
    'Browsers allow it only on secure pages. Open the link with https:// at its start.',
  'problem.failed.title': 'Your {device} did not start',
  'problem.failed.detail': 'Switch it on again. If that does not help, unplug it or restart the browser.',

  'link.copy': 'Copy link',
  'link.copied': 'Link copied',
  'link.copy-failed': 'Your browser did not allow copying. Mark the link and copy it by hand.',

  'call.name': 'Call',
  'call.entering': 'Joining…',
  'call.entering-detail': 'One moment.',
  'call.unavailable': 'Joining takes longer than usual',
  'call.unavailable-detail':
    'The server cannot take you in right now. This page keeps trying: nothing to do.',
  'call.too-many': 'Joining takes a moment',
  'call.too-many-detail': 'Many people on your network are joining. This page tries again by itself.',
  'call.no-connection': 'No connection to the server',
  'call.no-connection-detail': 'Check your Wi-Fi or mobile data. This page tries again by itself.',
  'call.waiting': 'Waiting for the other person',
  'call.waiting-detail': 'Send them this link. They only have to open it.',
  'call.waiting-parted': 'They have not come back. The same link brings them back.',
  'call.connecting': 'The other person is here',
  'call.connecting-detail': 'Connecting you two…',
  'call.connected': 'You are connected',
  'call.reconnecting': 'Reconnecting…',
  'call.peer-left': 'The other person has hung up',
  'call.peer-left-detail': 'You can wait here: the same link brings them back.',
  'call.ended': 'The call has ended',
  'call.ended-lasted': 'You talked for {duration}.',
  'call.ended-unmet': 'The link stays good, should you want to come back.',
  'call.rejoin': 'Join again',
  'call.full': 'This call already has two people',
  'call.full-detail': 'If one of the places is yours, open the link on the device you were using.',
  'call.try-again': 'Try again',
  'call.unknown': 'This call is no longer there',
  'call.unknown-detail':
    'Links stop working when nobody has used them for some time. Ask for a new one, or start a call yourself.',
  'call.superseded': 'The call goes on in another tab',
  'call.superseded-detail':
    'You opened it somewhere else. You can close this page, or bring the call back here.',
  'call.bring-back': 'Bring it back here',
  'call.damaged': 'This link is damaged',
  'call.damaged-detail': 'Ask for it again, and open all of it, also what comes after the # sign.',
  'call.no-webrtc': 'This browser cannot make calls',
  'call.no-webrtc-detail': 'Open the same link in a current Chrome, Edge, Firefox or Safari.',
  'call.insecure': 'This address is not secure',
  'call.insecure-detail': 'Calls need a secure page. Open the link with https:// at its start.',
  'call.broken': 'This page got stuck',
  'call.broken-detail': 'Load it again: your place in the call is kept.',
  'call.reload': 'Load again',

  'call.more': 'More',
  'call.close': 'Close',
} as const;
