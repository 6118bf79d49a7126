// SPDX-License-Identifier: MIT

import Convolution

extension ConvolutionMethod {
  /// What a `method` parameter may be: the planner's choice, and each of the methods.
  static let choices: [ConvolutionMethod?] = [nil] + allCases.map { $0 }
}
