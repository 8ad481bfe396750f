import type { AppWords } from '../languages';

/** 与应用本身有关的文字；见 ./en.ts。 */
export const zhCNApp: AppWords = {
  'install.install': '安装应用',
  'install.title': '让 o to o 触手可及',
  'install.detail': '放到主屏幕后，它会立刻打开，没有网络也能打开，有人呼叫你时还能响铃。',
  'install.ios-share': '点按 Safari 的共享按钮：带有向上箭头的方框。',
  'install.ios-add': '选择“添加到主屏幕”，然后点“添加”。',
  'install.never': '不再显示',
  'update.ready': 'o to o 有新版本了。',
  'update.use': '立即使用',
  'update.coming': '正在切换到新版本…',
  'update.after-call': '另一个窗口里正在通话。请在通话结束后再使用新版本。',
};
