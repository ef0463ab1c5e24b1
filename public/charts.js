/** Draws every `figure[data-chart]` from the configuration it carries; its table stays, for everyone else. */
const PERCENT = new Intl.NumberFormat(document.documentElement.lang, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const WHOLE_PERCENT = new Intl.NumberFormat(document.documentElement.lang, { style: 'percent' });
const drawn = [];

for (const figure of document.querySelectorAll('figure[data-chart]')) {
  const source = figure.querySelector('script[type="application/json"]');
  const stage = figure.querySelector('.stage');
  if (!source || !stage || !globalThis.Chart) continue;
  stage.hidden = false;
  drawn.push({ stage, source: source.textContent, chart: null });
}

function draw() {
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(`--${name}`).trim();
  for (const entry of drawn) {
    entry.chart?.destroy();
    const config = JSON.parse(entry.source);
    for (const series of config.data.datasets) Object.assign(series, look(series, colour));
    config.options = options(colour);
    entry.chart = new globalThis.Chart(entry.stage.querySelector('canvas'), config);
  }
}

function look(series, colour) {
  const tone = colour(series.tone);
  return {
    borderColor: tone,
    backgroundColor: tone,
    borderWidth: series.showLine ? 2 : 0,
    pointHoverRadius: series.pointRadius + 2,
    spanGaps: false,
    tension: 0,
    order: series.showLine ? 1 : 0,
  };
}

function options(colour) {
  const ticks = { color: colour('muted'), maxRotation: 0, autoSkipPadding: 18 };
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { ticks, grid: { display: false }, border: { color: colour('rule') } },
      y: {
        min: 0,
        max: 1,
        ticks: { ...ticks, stepSize: 0.25, callback: value => WHOLE_PERCENT.format(value) },
        grid: { color: colour('hair') },
        border: { display: false },
      },
    },
    plugins: {
      legend: {
        align: 'start',
        position: 'top',
        labels: { color: colour('ink'), usePointStyle: true, boxHeight: 7, padding: 16, filter: firstOfName },
      },
      tooltip: {
        backgroundColor: colour('ink'),
        titleColor: colour('paper'),
        bodyColor: colour('paper'),
        cornerRadius: 2,
        usePointStyle: true,
        callbacks: { label: item => item.dataset.notes?.[item.dataIndex] ?? label(item) },
      },
    },
  };
}

/** Several series may share one name (figures published in the same month); the legend says it once. */
function firstOfName(item, data) {
  return data.datasets.findIndex(d => d.label === item.text) === item.datasetIndex;
}

function label(item) {
  return `${item.dataset.label}: ${PERCENT.format(item.parsed.y)}`;
}

if (drawn.length > 0) {
  const family = getComputedStyle(document.body).fontFamily;
  globalThis.Chart.defaults.font.family = family;
  globalThis.Chart.defaults.font.size = 12;
  document.fonts.ready.then(draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
