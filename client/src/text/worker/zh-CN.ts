import type { WorkerWords } from './en';

/** 通知里的文字；见 ./en.ts。 */
export const zhCNWorker: WorkerWords = {
  'note.ringing': '{name} 来电',
  'note.ringing-somebody': '有人来电',
  'note.over-link': '通过你的呼叫链接“{link}”',
  'note.unread': '打开 o to o 查看是谁。',
  'note.accept': '接听',
  'note.decline': '拒绝',
  'note.missed': '{name} 的未接来电',
  'note.missed-somebody': '未接来电',
  'note.busy': '{name} 在你忙时来过电',
  'note.busy-somebody': '你忙时有人来过电',
  'note.ring-back': '回拨',
  'note.over': '来电已结束',
  'note.over-detail': '在你接听之前它就结束了。',
};
