// SPDX-License-Identifier: MIT

#pragma once

/// The text of `zen4.tuning`, which the compiler embeds: what the package knows of a machine before
/// anybody has measured the one that it runs on. To renew it, see its head.
const char *shipped_tuning(void);
