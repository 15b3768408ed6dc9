/** Charts of an app. */
export const metrics = {
  'appPage.metrics': 'Metrics',
  'metrics.about':
    'All instances together, a sample every 10 s, kept for a day. Drag over a chart to zoom; the arrow keys read it off.',
  'metrics.all': 'All',
  'metrics.cores': 'Of one core',
  'metrics.cpu': 'CPU',
  'metrics.throttled': 'Held back by the CPU limit',
  'metrics.ofTime': 'Share of time',
  'metrics.errors': 'Errors (5xx)',
  'metrics.frozen': 'Asleep, frozen',
  'metrics.marks': 'v3: a release went live · ×2: load asked for so many web instances',
  'metrics.none': 'Nothing was sampled in this time',
  'metrics.noneHint':
    'Samples are taken while the app has a container. Choose a longer time, or visit the app.',
  'metrics.range': 'Time shown',
  'metrics.range.15m': '15 min',
  'metrics.range.1h': '1 h',
  'metrics.range.24h': '24 h',
  'metrics.range.6h': '6 h',
  'metrics.requests': 'Requests per minute',
  'metrics.running': 'Containers',
  'metrics.stopped': 'Asleep, stopped',
  'metrics.times': 'Response time',
  'metrics.traffic': 'Requests in the last hour: {count}',
  'metrics.zoomIn': 'Zoom in',
  'metrics.zoomOut': 'Zoom out',
} as const;
