// SPDX-License-Identifier: MIT

#include "ReportPage.h"

// C23's, which the compiler has as an extension of the older standard that the package is built by.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const char before_data[] = {
#embed "page/head.html"
  ,
#embed "page/style.css"
  ,
#embed "page/body.html"
  , 0
};

static const char after_data[] = {
#embed "page/script.html"
  ,
#embed "page/elements.js"
  ,
#embed "page/numbers.js"
  ,
#embed "page/data.js"
  ,
#embed "page/summary.js"
  ,
#embed "page/time-lines.js"
  ,
#embed "page/plots.js"
  ,
#embed "page/sounds.js"
  ,
#embed "page/waveforms.js"
  ,
#embed "page/players.js"
  ,
#embed "page/pairs.js"
  ,
#embed "page/printing.js"
  ,
#embed "page/start.js"
  ,
#embed "page/end.html"
  , 0
};

const char *report_page_before_data(void) { return before_data; }
const char *report_page_after_data(void) { return after_data; }
