// SPDX-License-Identifier: MIT

#ifndef OVERLAP_MESSAGE_H
#define OVERLAP_MESSAGE_H

/// Keeps the text that overlap_error_message() gives in this thread. Not for use outside the library.
void overlap_keep_message(const char *message);

#endif
