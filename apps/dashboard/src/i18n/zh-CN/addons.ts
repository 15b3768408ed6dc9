import type { addOns as en } from '../en/addons.ts';
import type { Part } from '../en/index.ts';

export const addOns: Part<typeof en> = {
  'addons.about':
    '与团队的应用一起运行的数据库或缓存，有自己的卷。其他团队和外部都无法访问。Berth 不为其保留备份。',
  'addons.app': '应用',
  'addons.attach': '挂接',
  'addons.attachAbout':
    '应用会得到一个由 Berth 维护的变量，其值为该 URL；正在运行的应用会得到新版本。分支预览不会得到它。',
  'addons.attachAction': '挂接',
  'addons.attachTitle': '将 {name} 挂接到应用',
  'addons.create': '新建附加组件',
  'addons.createAction': '创建',
  'addons.delete': '删除 {name}',
  'addons.deleteAbout': '其全部数据会一并删除，且没有备份。仍被应用使用的附加组件须先解除挂接。',
  'addons.deleteAction': '连同全部数据删除',
  'addons.deleteTitle': '删除 {name}？',
  'addons.detach': '解除挂接：{app}',
  'addons.detachAbout': '应用将失去 {variable}；正在运行的应用会得到新版本。数据保留，密码不变。',
  'addons.detachAction': '解除挂接',
  'addons.kind': '类型',
  'addons.kind.postgres': 'PostgreSQL',
  'addons.kind.redis': 'Redis',
  'addons.kindAbout.postgres': '数据库：DATABASE_URL。',
  'addons.kindAbout.redis': '会持久保存内容的缓存或队列：REDIS_URL。',
  'addons.managed': '{name} 的 URL',
  'addons.name': '名称',
  'addons.nameHint': '是其地址的一部分；留空则自动取名。',
  'addons.none': '还没有附加组件',
  'addons.noneHint': '创建一个数据库，再挂接到应用。',
  'addons.title': '附加组件',
  'addons.unused': '没有应用使用它。',
  'addons.usedBy': '使用者',
  'addons.variable': '变量',
  'addons.yours': '你的团队所有',
  'shell.addons': '附加组件',
};
