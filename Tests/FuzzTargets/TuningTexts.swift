// SPDX-License-Identifier: MIT

import FourierTransform

func readTuning(_ bytes: [UInt8]) {
  guard let tuning = Tuning(text: String(decoding: bytes, as: UTF8.self)) else { return }
  require(Tuning(text: tuning.text) == tuning, "a tuning that is written is another")
}

/// FFTW refuses most; what it takes is forgotten again.
func readWisdom(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard Wisdom.add(text, for: Float.self) else { return }
  let all = Wisdom.exported(for: Float.self)
  Wisdom.forget(for: Float.self)
  require(Wisdom.add(all, for: Float.self), "FFTW refuses what it wrote")
  Wisdom.forget(for: Float.self)
  // Of another build of FFTW's it may be refused.
  _ = Wisdom.add(Tuning.shipped.floatWisdom, for: Float.self)
}
