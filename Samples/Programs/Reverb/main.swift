// SPDX-License-Identifier: MIT

// Puts a dry recording into a room: convolution with the room's impulse response.
//
//     Reverb [SOUND [OUTPUT.flac [ROOM.wav]]]
//
// Without a file of an impulse response one is made: the direct sound, and noise that falls by 60 dB
// within 1.2 seconds.

import Convolution
import Foundation
import SignalFiles

let arguments = CommandLine.arguments
let path = arguments.count > 1 ? arguments[1] : "Samples/Audio/camera.flac"
let output = arguments.count > 2 ? arguments[2] : NSTemporaryDirectory() + "/overlap-reverb.flac"
let dry = try AudioRecording(path: path)

/// An impulse response at `rate` samples a second.
func madeRoom(rate: Int) -> [Float] {
  let reverberation = 1.2
  var state: UInt32 = 1
  return (0..<Int(reverberation * Double(rate))).map { index in
    state = state &* 1_664_525 &+ 1_013_904_223
    let noise = Float(state >> 8) / Float(1 << 23) - 1
    let decay = pow(10, -3 * Float(index) / Float(reverberation * Double(rate)))
    return index == 0 ? 1 : 0.08 * noise * decay
  }
}

var room = madeRoom(rate: dry.sampleRate)
if arguments.count > 3 {
  let file = try AudioRecording(path: arguments[3], channels: .mix)
  room = try resample(
    file.channels[0], from: Double(file.sampleRate), to: Double(dry.sampleRate))
}

// The full convolution: the room still sounds when the recording has ended.
let plan = try ConvolutionPlan(kernel: room)
var wet = AudioRecording(
  channels: dry.channels.map { plan.apply(to: $0) }, sampleRate: dry.sampleRate)

// As loud as it may be, with a little room above.
let peak = wet.channels.joined().reduce(0) { max($0, abs($1)) }
wet.channels = wet.channels.map { $0.map { 0.9 * $0 / peak } }
let clipped = try wet.write(to: output, samples: .pcm16)

let written = try AudioRecording(path: output)
print(
  String(
    format: "%.2f s of sound, %.2f s of room", dry.duration,
    Double(room.count) / Double(dry.sampleRate)))
print(String(format: "%.2f s written, %d samples clipped", written.duration, clipped))
print("as many samples as both have, less one: ", terminator: "")
print(written.frameCount == dry.frameCount + room.count - 1)
let level = written.channels.joined().reduce(0) { max($0, abs($1)) }
print(String(format: "peak %.3f", level))
