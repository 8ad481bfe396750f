import { beforeEach, describe, expect, it } from 'vitest';
import { enApp } from './app/en';
import { zhCNApp } from './app/zh-CN';
import { spokenDuration } from './duration';
import { enBeingRung } from './being-rung/en';
import { zhCNBeingRung } from './being-rung/zh-CN';
import { en as enFirst } from './en';
import { enInCall } from './in-call/en';
import { zhCNInCall } from './in-call/zh-CN';
import { enInvites } from './invites/en';
import { zhCNInvites } from './invites/zh-CN';
import { enWorker } from './worker/en';
import { zhCNWorker } from './worker/zh-CN';
import { chooseLanguage, language, speakAlso, startSpeaking, t } from './index';
import { languageFor } from './languages';
import { zhCN as zhCNFirst } from './zh-CN';

const en = { ...enFirst, ...enApp, ...enInCall, ...enInvites, ...enBeingRung, ...enWorker };
const zhCN = { ...zhCNFirst, ...zhCNApp, ...zhCNInCall, ...zhCNInvites, ...zhCNBeingRung, ...zhCNWorker };

const names = (sentence: string): string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

beforeEach(async () => {
  localStorage.clear();
  await chooseLanguage('en');
});

describe('Words', () => {
  it('Every sentence is there in both languages', () => {
    expect(Object.keys(zhCN).sort()).toEqual(Object.keys(en).sort());
    for (const sentence of [...Object.values(en), ...Object.values(zhCN)])
      expect(sentence.trim()).not.toBe('');
  });

  it('What is filled into a sentence is the same in both languages', () => {
    for (const [key, sentence] of Object.entries(en)) {
      expect(names(Object.entries(zhCN).find(([other]) => other === key)?.[1] ?? ''), key).toEqual(
        names(sentence),
      );
    }
  });

  it('Nobody is spoken to in the words of engineers', () => {
    const jargon = /\b(session|peer|room|ICE|signal(l)?ing|WebRTC|socket|error|failed|invalid)\b/i;
    for (const sentence of Object.values(en)) expect(sentence).not.toMatch(jargon);
    for (const sentence of Object.values(zhCN))
      expect(sentence).not.toMatch(/会话|房间|信令|错误|异常|失败|对等/);
  });

  it('Chinese sentences use Chinese punctuation', () => {
    for (const sentence of Object.values(zhCN)) expect(sentence).not.toMatch(/[\u4e00-\u9fff][,.!?:;()]/);
  });

  it('The language follows the browser, and English is spoken where nothing else fits', () => {
    expect(languageFor(['zh-Hans-CN', 'en'])).toBe('zh-CN');
    expect(languageFor(['de-DE', 'zh'])).toBe('zh-CN');
    expect(languageFor(['en-GB', 'zh-CN'])).toBe('en');
    expect(languageFor(['de', 'fr'])).toBe('en');
  });

  it('A chosen language is remembered, and the document says which it is', async () => {
    await chooseLanguage('zh-CN');
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(t('home.start')).toBe('发起通话');
    await startSpeaking();
    expect(language.value).toBe('zh-CN');
  });

  it('The words of a running call come later, and follow the language', async () => {
    await speakAlso('in-call');
    expect(t('call.hang-up')).toBe('Hang up');
    await chooseLanguage('zh-CN');
    expect(t('call.hang-up')).toBe(zhCNInCall['call.hang-up']);
    expect(t('home.start')).toBe('发起通话');
  });

  it('Words asked for at the same moment are all there', async () => {
    await Promise.all([speakAlso('invites'), chooseLanguage('zh-CN'), speakAlso('in-call')]);
    expect(t('links.create')).toBe(zhCNInvites['links.create']);
    expect(t('call.hang-up')).toBe(zhCNInCall['call.hang-up']);
  });

  it('No sentence stands in two places', () => {
    const all = [enFirst, enApp, enInCall, enInvites, enBeingRung, enWorker].flatMap((words) =>
      Object.keys(words),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('A language nobody knows changes nothing', async () => {
    await chooseLanguage('tlh');
    expect(language.value).toBe('en');
  });

  it('How long a call lasted is said as one says it', async () => {
    expect(spokenDuration(42 * 60_000)).toBe('42 minutes');
    expect(spokenDuration(60_000)).toBe('1 minute');
    expect(spokenDuration(400)).toBe('1 second');
    expect(spokenDuration(125 * 60_000)).toBe('2 hours 5 minutes');
    await chooseLanguage('zh-CN');
    expect(spokenDuration(125 * 60_000)).toBe('2小时5分钟');
  });
});
