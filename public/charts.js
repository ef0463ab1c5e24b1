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
    config.plugins = [tags(colour), marks(colour)];
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
    clip: 8,
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
        onClick: toggleName,
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

/** A click on the legend shows or hides every series of that name. */
function toggleName(_event, item, legend) {
  const { chart } = legend;
  const visible = chart.isDatasetVisible(item.datasetIndex);
  for (const [i, series] of chart.data.datasets.entries()) {
    if (series.label === item.text) chart.setDatasetVisibility(i, !visible);
  }
  chart.update();
}

function label(item) {
  const { label: name, version } = item.dataset;
  return `${name}${version ? ` (${version})` : ''}: ${PERCENT.format(item.parsed.y)}`;
}

/** Writes published figures beside their points: they are quoted, so they are readable without a pointer. */
function tags(colour) {
  return {
    id: 'tags',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea } = chart;
      ctx.save();
      ctx.font = `600 12px ${globalThis.Chart.defaults.font.family}`;
      ctx.fillStyle = colour('published');
      ctx.textBaseline = 'middle';
      for (const [i, series] of chart.data.datasets.entries()) {
        if (!series.tags || !chart.isDatasetVisible(i)) continue;
        for (const [at, point] of chart.getDatasetMeta(i).data.entries()) {
          const tag = series.tags[at];
          if (!tag) continue;
          const right = point.x + 10 + ctx.measureText(tag).width > chartArea.right;
          ctx.textAlign = right ? 'right' : 'left';
          ctx.fillText(tag, point.x + (right ? -10 : 10), point.y);
        }
      }
      ctx.restore();
    },
  };
}

/** Draws where the definition of a line changed: an upright line before the first month of the new one. */
function marks(colour) {
  return {
    id: 'marks',
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour('muted');
      ctx.font = `12px ${globalThis.Chart.defaults.font.family}`;
      ctx.textBaseline = 'top';
      ctx.setLineDash([3, 3]);
      for (const { at, text } of chart.data.marks) {
        const x = (scales.x.getPixelForValue(at - 1) + scales.x.getPixelForValue(at)) / 2;
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        const right = x + 6 + ctx.measureText(text).width > chartArea.right;
        ctx.textAlign = right ? 'right' : 'left';
        ctx.fillText(text, x + (right ? -6 : 6), chartArea.bottom - 18);
      }
      ctx.restore();
    },
  };
}

if (drawn.length > 0) {
  const family = getComputedStyle(document.body).fontFamily;
  globalThis.Chart.defaults.font.family = family;
  globalThis.Chart.defaults.font.size = 12;
  document.fonts.ready.then(draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
