// SPDX-License-Identifier: MIT

import CPNG
import CSndfile
import CSoxr
import CZlib

/// The versions of the libraries that read and write files, as the linked ones tell them.
package var libraryVersions: [(name: String, version: String)] {
  unsafe [
    ("libsndfile", String(cString: sf_version_string())),
    ("libsoxr", String(cString: soxr_version())),
    ("libpng", String(cString: png_get_libpng_ver(nil))),
    ("zlib", String(cString: zlibVersion())),
  ]
}
