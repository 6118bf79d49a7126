// SPDX-License-Identifier: MIT

let isPrinting = false;
let openedForPrint = [];

/** Opens all pairs and tables, and shows whole time lines. */
function beforePrint(timeLines) {
  if (isPrinting) return;
  isPrinting = true;
  if (playingPlayer) playingPlayer.stop();
  openedForPrint = [...pairItems.values()].filter((item) => !item.isOpen);
  for (const item of openedForPrint) item.setOpen(true);
  for (const line of timeLines) {
    line.zoomOnScreen = line.zoom;
    line.setZoom(1);
  }
}

function afterPrint(timeLines) {
  if (!isPrinting) return;
  isPrinting = false;
  for (const item of openedForPrint) item.setOpen(false);
  for (const line of timeLines) line.setZoom(line.zoomOnScreen);
}
