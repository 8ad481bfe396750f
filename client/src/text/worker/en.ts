/** What notifications say: the service worker has no other words. In English; see ../en.ts. */
export const enWorker = {
  'note.ringing': '{name} is calling',
  'note.ringing-somebody': 'Somebody is calling',
  'note.over-link': 'By your ring link “{link}”',
  'note.unread': 'Open o to o to see who it is.',
  'note.accept': 'Accept',
  'note.decline': 'Decline',
  'note.missed': 'Missed call from {name}',
  'note.missed-somebody': 'Missed call',
  'note.busy': '{name} called while you were busy',
  'note.busy-somebody': 'Somebody called while you were busy',
  'note.ring-back': 'Ring back',
  'note.over': 'The call is over',
  'note.over-detail': 'It ended before you could answer.',
} as const;

/** Every language has exactly these. */
export type WorkerWords = Readonly<Record<keyof typeof enWorker, string>>;
