import type { InCallWords } from '../languages';

/** 简体中文 */
export const zhCNInCall: InCallWords = {
  'link.label': '本次通话的链接',
  'link.share-text': '来和我通话：',
  'call.not-reachable': '你现在没有连上网络，别人暂时联系不到你。页面会继续尝试连接。',
  'call.reconnecting-yours': '正在重新连接：你的网络断开了，位置为你保留着。',
  'call.reconnecting-theirs': '对方现在没有连上，位置为对方保留着。',
  'call.reconnecting-ours': '正在重新连接：我们的服务器暂时没有响应，位置为你保留着。',
  'call.reconnecting-unknown': '正在重新连接：你们之间的线路中断了，通常很快就会恢复。',
  'call.unreachable': '你们的网络之间无法直接接通',
  'call.unreachable-detail':
    '通话由你们两人直接相连，不经过任何人中转。你们其中一方的网络不允许这样做，一些公司、学校和酒店的网络就是如此。',
  'call.unreachable-help': '可以试试：其中一方换成移动数据或另一个 Wi-Fi，或者关闭 VPN。页面会继续尝试。',
  'call.unreachable-yours': '你这边的网络不允许你们直接接通',
  'call.unreachable-theirs': '对方那边的网络不允许你们直接接通',
  'call.unreachable-both': '你们双方的网络都不允许直接接通',
  'call.unreachable-ours': '没能找到你们之间的线路',
  'call.unreachable-changing':
    '通话由你们两人直接相连，不经过任何人中转。这个网络不让外面知道该把通话送到哪里，一些移动网络和公司网络就是如此。',
  'call.unreachable-silent':
    '通话由你们两人直接相连，不经过任何人中转。这个网络可以打开网页，但不放行直接通话，一些公司、学校和酒店的网络就是如此。',
  'call.unreachable-unasked':
    '你这边没有问题。这台服务器还没有为不同网络之间的通话做好设置；连同一个 Wi-Fi 时可以通话。服务器的管理者可以为它添加 STUN 服务。',
  'call.unreachable-help-yours':
    '可以试试：换成移动数据、另一个 Wi-Fi 或手机热点，或者关闭 VPN。页面会继续尝试。',
  'call.unreachable-help-theirs':
    '可以试试：请对方换成移动数据、另一个 Wi-Fi 或手机热点，或者关闭 VPN。页面会继续尝试。',
  'call.network-doubt': '你的网络可能不放行直接通话。如果接不通，换成移动数据或另一个 Wi-Fi 会有帮助。',
  'call.controls': '通话控制',
  'call.hang-up': '挂断',
  'call.their-picture': '对方的画面',
  'call.their-camera-off': '对方关闭了摄像头',
  'call.their-microphone-off': '对方关闭了麦克风',
  'call.tap-to-hear': '点一下，听对方说话',
  'call.own-picture': '你的画面：移到另一个角落',
  'call.own-camera-off': '摄像头已关',
  'call.own-microphone-off': '你的麦克风已关闭',
  'call.hide-own': '隐藏你的画面',
  'call.show-own': '显示你的画面',
  'call.switch-camera': '切换摄像头',
  'call.hide-me': '隐身',
  'call.hidden': '你的摄像头和麦克风已关闭。',
  'call.back': '返回',

  'safety.title': '安全码',
  'safety.detail': '看看有没有人夹在你们中间。',
  'safety.pictures': '你们的四个图案',
  'safety.how': '把这些图案念给对方听。如果两边一样，就没有人夹在你们中间。',
  'safety.differ': '如果不一样，请挂断，再换一种方式发一个新链接。',
  'safety.exchanging': '四个图案马上就出现。',
  'safety.mismatch': '安全码和对方页面发来的对不上，可能有人夹在你们中间。请挂断，再换一种方式发一个新链接。',
  'safety.new': '你们的连接是新建立的，安全码也换了新的。想放心的话，请再核对一次。',

  'lock.title': '锁定通话',
  'lock.detail': '只有你们两人能进来。谁离开了，位置都会为谁留着。',
  'lock.later': '你们两人都在的时候，就可以锁定通话。',
  'lock.locked': '通话已锁定，只有你们两人能进来。',
  'lock.unlocked': '通话已解锁，位置空出来时，有链接的人都能进来。',

  'block.title': '离开并屏蔽对方',
  'block.detail': '你会挂断，对方用现在的浏览器不能再回到这个通话。如果担心对方换一台设备，请发起新的通话。',
  'block.detail-rung':
    '你会挂断，对方用现在的浏览器不能再回到这个通话，也不能再通过同一个呼叫链接呼叫你。如果担心对方换一个浏览器，请在设置里收回这个呼叫链接。',
  'block.stay': '留在通话中',

  'keep.title': '保持联系',
  'keep.detail': '如果你们两人都按下，以后就能互相呼叫。只有一方按下的话，谁也不会知道。',
  'keep.own-name': '你的名字，对方会看到',
  'keep.press': '保持联系',
  'keep.willing': '如果对方也按下，你们就能互相呼叫。对方一按下，这里就会告诉你。',
  'keep.take-back': '收回',
  'keep.exchanging': '你们都同意了，请稍等…',
  'keep.kept': '现在你们可以互相呼叫了。对方就在你的首页上。',
  'keep.kept-name': '现在你们可以互相呼叫了。{name} 就在你的首页上。',
  'keep.their-name': '你怎么称呼对方？',
  'keep.name-them': '保存',
  'keep.named': '已保存',
  'keep.failed': '你们都同意了，但连接不上服务器。请检查网络，然后再按一次。',
  'keep.no-storage':
    '你的浏览器不为这个页面保存任何内容，所以你们无法保持联系。请离开无痕窗口，或允许这个页面保存数据。',
  'keep.unanswered': '对方没有及时按下，没有交换任何内容。',
  'keep.half': '你们都同意了，但连接断得太早。对方也许能呼叫你；想呼叫对方的话，请向对方要呼叫链接。',

  'notice.damaged-copy': '有人打开的链接有损坏。请把链接再发给对方一次。',
  'notice.tampered': '这个通话的一些消息在途中被改动或重复过，已经被拒收。想放心的话，请核对安全码。',
};
