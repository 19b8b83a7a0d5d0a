/**
 * What bench/labeling.py measures inside the page. Evaluated there once; every function then lies under `probes`.
 */
window.probes = {};

/** Resolves when the browser is done with what is queued. */
function nextTask() {
  return new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(null);
  });
}

/** Resolves when the next frame has been painted. */
async function painted() {
  await new Promise(requestAnimationFrame);
  await nextTask();
}

/** Times every press from now on: from the event's own time to the frame that shows the next image, and to the word of the kernel that it is committed. */
probes.watch = () => {
  const root = document.querySelector('.wb-label');
  const log = (window.presses = []);
  document.addEventListener('keydown', (event) => {
    log.push({ at: event.timeStamp, painted: null, saved: null });
  }, { capture: true });
  new MutationObserver(() => {
    const last = log.at(-1);
    if (last && last.saved === null && root.dataset.waiting === '0') last.saved = performance.now() - last.at;
  }).observe(root, { attributeFilter: ['data-waiting'] });
  new MutationObserver(() => {
    const last = log.at(-1);
    if (last && last.painted === null) {
      last.painted = -1;
      painted().then(() => { last.painted = performance.now() - last.at; });
    }
  }).observe(root.querySelector('.wb-holder'), { childList: true });
};

/** Presses so many keys as fast as the page takes them, and waits until all are committed. */
probes.burst = async (count) => {
  const root = document.querySelector('.wb-label');
  // In the large view or in the grid.
  const target = root.querySelector('.wb-focus') ?? root.querySelector('[role=listbox]');
  const current = () => (root.querySelector('.wb-focus') ?? root.querySelector('.wb-current'))?.dataset.sample;
  const begun = performance.now();
  for (let index = 0; index < count; index += 1) {
    const before = current();
    const key = String(1 + (index % 9));
    const since = performance.now();
    do {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await nextTask();
      if (performance.now() - since > 10000) throw new Error(`stuck at press ${index}`);
    } while (current() === before);
  }
  while (root.dataset.waiting !== '0') await new Promise((done) => setTimeout(done, 1));
  return performance.now() - begun;
};

/** Times the way to another page, by a button or by its number: until its cards are all painted. */
probes.turn = async (action) => {
  const panel = document.querySelector('.wb-label');
  const first = () => panel.querySelector('[role=option]')?.dataset.sample;
  const before = first();
  const begun = performance.now();
  if (action.button) {
    panel.querySelector(`[aria-label="${action.button}"]`).click();
  } else {
    const input = panel.querySelector('[aria-label="Go to page"]');
    input.value = action.page;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }
  for (;;) {
    await painted();
    if (performance.now() - begun > 20000) throw new Error(`page ${JSON.stringify(action)} did not come`);
    const cards = panel.querySelectorAll('[role=option]').length;
    if (first() !== before && cards > 0 && panel.querySelectorAll('[data-painted]').length === cards) break;
  }
  return performance.now() - begun;
};

/** Times one act on everything that is selected, until its outcome is told. */
probes.bulk = async (key) => {
  const panel = document.querySelector('.wb-label');
  const notice = panel.querySelector('.wb-notice');
  const before = notice.textContent;
  const begun = performance.now();
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  while (!/images/.test(notice.textContent) || notice.textContent === before) {
    await new Promise(requestAnimationFrame);
    if (performance.now() - begun > 20000) throw new Error(`no word of it: ${notice.textContent}`);
  }
  return performance.now() - begun;
};

/** Times a cell that shows a panel: from running it until the first images are painted. */
probes.open = async () => {
  const begun = performance.now();
  const notebook = jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = 1;
  jupyterapp.commands.execute('notebook:run-cell');
  while (!document.querySelector('[data-painted]')) await painted();
  return performance.now() - begun;
};

/** The baseline: times a click on a button of ipywidgets until the next image is painted. */
probes.click = async (index) => {
  const button = document.querySelectorAll('.jupyter-button')[index % 10];
  const image = document.querySelector('.jupyter-widgets.widget-image');
  const before = image.src;
  const begun = performance.now();
  button.click();
  while (image.src === before) await new Promise((done) => setTimeout(done, 1));
  await image.decode();
  await painted();
  return performance.now() - begun;
};
