internal import FourierTransform

/// Where the samples of a row are that are not zero; nil where they are more than one in sixteen: then
/// others are near.
func nonzeroPlaces<Element: SignalElement>(
  of samples: BlockSamples<Element>
) -> [Int]? {
  var places: [Int] = []
  let most = samples.region.columns.count / 16
  for index in samples.region.columns where samples.elements[index].largestPart != 0 {
    places.append(index)
    if places.count > most { return nil }
  }
  return places
}

extension [Int] {
  /// The first index of a sorted array whose element is beyond what is looked for.
  func partitionPoint(_ isBeyond: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
