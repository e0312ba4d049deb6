// Shows a card when the page's program stops: the text stays in the box and can be copied.
'use strict';
const card = () => document.getElementById('stopped');
const stopped = (event) => {
  const reason = event.error || event.reason;
  if (reason instanceof WebAssembly.RuntimeError || reason instanceof RangeError || !document.body.dataset.ready) {
    card().hidden = false;
  }
};
addEventListener('error', stopped);
addEventListener('unhandledrejection', stopped);
document.getElementById('rescue').addEventListener('click', () => {
  const box = document.querySelector('[data-test=input]');
  if (!box) return;
  box.select();
  if (navigator.clipboard) navigator.clipboard.writeText(box.value).catch(() => document.execCommand('copy'));
  else document.execCommand('copy');
});
