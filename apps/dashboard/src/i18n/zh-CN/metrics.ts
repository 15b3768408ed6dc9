import type { Part } from '../en/index.ts';
import type { metrics as en } from '../en/metrics.ts';

export const metrics: Part<typeof en> = {
  'appPage.metrics': '指标',
  'metrics.about': '所有实例合计，每 10 秒采样一次，保留一天。在图上拖动可放大，方向键可逐点读数。',
  'metrics.all': '合计',
  'metrics.cores': '占单核',
  'metrics.cpu': 'CPU',
  'metrics.throttled': '被 CPU 限制拖慢',
  'metrics.ofTime': '时间占比',
  'metrics.errors': '错误（5xx）',
  'metrics.frozen': '休眠：已冻结',
  'metrics.marks': 'v3：该版本上线 · ×2：负载需要的 web 实例数',
  'metrics.none': '这段时间内没有采样',
  'metrics.noneHint': '只有应用有容器时才会采样。请选择更长的时间，或访问一下应用。',
  'metrics.range': '显示的时间',
  'metrics.range.15m': '15 分钟',
  'metrics.range.1h': '1 小时',
  'metrics.range.24h': '24 小时',
  'metrics.range.6h': '6 小时',
  'metrics.requests': '每分钟请求数',
  'metrics.running': '容器',
  'metrics.stopped': '休眠：已停止',
  'metrics.times': '响应时间',
  'metrics.traffic': '最近一小时的请求数：{count}',
  'metrics.zoomIn': '放大',
  'metrics.zoomOut': '缩小',
};
