/** What is said about the app itself, once nothing else is to be done. In English; see ../en.ts. */
export const enApp = {
  'install.install': 'Install the app',
  'install.title': 'Keep o to o at hand',
  'install.detail':
    'On your home screen it opens at once, also without a network, and it can ring when somebody calls you.',
  'install.ios-share': 'Press the share button of Safari: a square with an arrow that points up.',
  'install.ios-add': 'Choose Add to Home Screen, then Add.',
  'install.never': 'Don’t show this again',
  'update.ready': 'A new version of o to o is ready.',
  'update.use': 'Use it now',
  'update.coming': 'Changing to the new version…',
  'update.after-call': 'A call is open in another window. Use the new version once it is over.',
} as const;
