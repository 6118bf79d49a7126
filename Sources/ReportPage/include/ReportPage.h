// SPDX-License-Identifier: MIT

#pragma once

/// The page that shows how recordings lie, which the compiler embeds: what comes before and after its
/// data, a JSON object in which each "<" is written as \u003c.
const char *report_page_before_data(void);
const char *report_page_after_data(void);
