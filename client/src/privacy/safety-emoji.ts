import type { Language } from '@/text';

/** A picture of the safety code, and what it is called when it is read aloud. */
export interface SafetyPicture {
  readonly emoji: string;
  readonly name: Readonly<Record<Language, string>>;
}

const picture = (emoji: string, en: string, zhCN: string): SafetyPicture => ({
  emoji,
  name: { en, 'zh-CN': zhCN },
});

/**
 * What the numbers of a safety code stand for. The order is part of the protocol: two pages of different versions must show
 * the same, so nothing is ever moved or replaced. All are single characters of Unicode 6 (2010), in colour on every phone
 * that can make calls; things that look unlike each other, whose names sound unlike each other in either language.
 */
export const SAFETY_PICTURES: readonly SafetyPicture[] = [
  picture('🐱', 'cat', '猫'),
  picture('🐶', 'dog', '狗'),
  picture('🐷', 'pig', '猪'),
  picture('🐰', 'rabbit', '兔子'),
  picture('🐘', 'elephant', '大象'),
  picture('🐒', 'monkey', '猴子'),
  picture('🐢', 'turtle', '乌龟'),
  picture('🐌', 'snail', '蜗牛'),
  picture('🐧', 'penguin', '企鹅'),
  picture('🐻', 'bear', '熊'),
  picture('🐯', 'tiger', '老虎'),
  picture('🐫', 'camel', '骆驼'),
  picture('🐬', 'dolphin', '海豚'),
  picture('🐙', 'octopus', '章鱼'),
  picture('🐑', 'sheep', '绵羊'),
  picture('🐉', 'dragon', '龙'),
  picture('🍎', 'apple', '苹果'),
  picture('🍌', 'banana', '香蕉'),
  picture('🍇', 'grapes', '葡萄'),
  picture('🍓', 'strawberry', '草莓'),
  picture('🍉', 'watermelon', '西瓜'),
  picture('🍞', 'bread', '面包'),
  picture('🍕', 'pizza', '披萨'),
  picture('🎂', 'cake', '蛋糕'),
  picture('🍄', 'mushroom', '蘑菇'),
  picture('☕', 'coffee', '咖啡'),
  picture('🍩', 'doughnut', '甜甜圈'),
  picture('🍭', 'lollipop', '棒棒糖'),
  picture('🍫', 'chocolate', '巧克力'),
  picture('🍦', 'ice cream', '冰淇淋'),
  picture('🌵', 'cactus', '仙人掌'),
  picture('🌴', 'palm tree', '椰子树'),
  picture('🌹', 'rose', '玫瑰'),
  picture('🌙', 'moon', '月亮'),
  picture('🌞', 'sun', '太阳'),
  picture('⭐', 'star', '星星'),
  picture('🌈', 'rainbow', '彩虹'),
  picture('⛄', 'snowman', '雪人'),
  picture('⚡', 'lightning', '闪电'),
  picture('☔', 'umbrella', '雨伞'),
  picture('🚲', 'bicycle', '自行车'),
  picture('🚜', 'tractor', '拖拉机'),
  picture('🚁', 'helicopter', '直升机'),
  picture('🚀', 'rocket', '火箭'),
  picture('⛵', 'sailboat', '帆船'),
  picture('⚽', 'football', '足球'),
  picture('🔔', 'bell', '铃铛'),
  picture('⏰', 'alarm clock', '闹钟'),
  picture('📖', 'book', '书本'),
  picture('🔨', 'hammer', '锤子'),
  picture('🎁', 'gift', '礼物'),
  picture('🎸', 'guitar', '吉他'),
  picture('🎺', 'trumpet', '喇叭'),
  picture('🎹', 'piano', '钢琴'),
  picture('👑', 'crown', '皇冠'),
  picture('👓', 'glasses', '眼镜'),
  picture('👟', 'shoe', '鞋子'),
  picture('👗', 'dress', '裙子'),
  picture('🏠', 'house', '房子'),
  picture('🏰', 'castle', '城堡'),
  picture('⛺', 'tent', '帐篷'),
  picture('💎', 'diamond', '钻石'),
  picture('📺', 'television', '电视'),
  picture('⛲', 'fountain', '喷泉'),
];
