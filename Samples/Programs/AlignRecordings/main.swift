// SPDX-License-Identifier: MIT

// Finds how much later everything comes in one recording than in another, and puts it on the other's
// time line:
//
//     AlignRecordings [REFERENCE OTHER [ALIGNED.flac]]

import Alignment
import Foundation
import SignalFiles

var paths = ["Samples/Audio/camera.flac", "Samples/Audio/phone.flac"]
if CommandLine.arguments.count > 2 { paths = Array(CommandLine.arguments.dropFirst()) }
let camera = try AudioRecording(path: paths[0], channels: .mix)
let phone = try AudioRecording(path: paths[1])
print("reference: \(camera.sampleRate) Hz; other: \(phone.sampleRate) Hz")

// The channel that is searched; what is written has all of them.
let reference = ArraySource(camera.channels[0], sampleRate: Double(camera.sampleRate))
let other = ArraySource(phone.channels[0], sampleRate: Double(phone.sampleRate))
let found = try estimateDelay(of: other, from: reference)
guard found.isReliable(atMost: 1e-6) else {
  print("they have nothing in common: the best guess is \(found)")
  exit(1)
}
print(String(format: "the same event comes %.5f s later in the other", found.delay))
print(String(format: "that is %.1f of its samples", found.delayInSamples(at: other.sampleRate)))
print("standard error below 1 microsecond: \(found.standardError < 1e-6)")

let warp = TimeWarp(aligning: found, of: other, from: reference)
let placed = AudioRecording(
  channels: phone.channels.map { warp.apply(to: $0, count: camera.frameCount) },
  sampleRate: camera.sampleRate)
let rest = try estimateDelay(
  of: placed.channels[0], from: camera.channels[0], sampleRate: reference.sampleRate)
print("after that less than 5 microseconds are left: \(abs(rest.delay) < 5e-6)")
if paths.count > 2 { try placed.write(to: paths[2], samples: .pcm24) }
