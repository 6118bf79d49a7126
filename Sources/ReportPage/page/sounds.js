// SPDX-License-Identifier: MIT

const decoded = new Map();

/** The sample rate in the head of a FLAC file, within what browsers decode at. */
function flacSampleRate(bytes) {
  const isFlac = bytes[0] === 0x66 && bytes[1] === 0x4c && bytes[2] === 0x61 && bytes[3] === 0x43;
  const rate = isFlac ? (bytes[18] << 12) | (bytes[19] << 4) | (bytes[20] >> 4) : 48000;
  return clamp(rate, 8000, 96000);
}

/** Decodes a sound at its own sample rate, so that its samples stay as they are. */
async function decodeSound(index) {
  if (!isNumber(index) || !data.sounds[index]) return null;
  if (decoded.has(index)) return decoded.get(index);
  const text = atob(data.sounds[index]);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const context = new OfflineAudioContext(1, 1, flacSampleRate(bytes));
  const buffer = await context.decodeAudioData(bytes.buffer);
  const samples = buffer.getChannelData(0);
  let peak = 0;
  for (let at = 0; at < samples.length; at++) peak = Math.max(peak, Math.abs(samples[at]));
  const sound = { buffer, samples, peak, rate: buffer.sampleRate };
  if (decoded.size >= 24) decoded.delete(decoded.keys().next().value);
  decoded.set(index, sound);
  return sound;
}

/** The sounds of a place, and the gains that bring both to the same peak. */
async function soundsOf(place, polarity) {
  const [reference, after, before] = await Promise.all(
    [place.reference, place.after, place.before].map(decodeSound));
  const gain = (...all) => 1 / Math.max(1e-3, ...all.map((sound) => (sound ? sound.peak : 0)));
  return { reference, after, before, referenceGain: gain(reference),
    otherGain: gain(after, before) * (polarity === -1 ? -1 : 1) };
}

/** How loud each of the three sounds is. The sum never exceeds full scale. */
function levels(sounds, { balance, isAligned }) {
  return { reference: (1 - balance) * sounds.referenceGain,
    after: isAligned ? balance * sounds.otherGain : 0,
    before: isAligned ? 0 : balance * sounds.otherGain };
}

/** Starts all sounds of a place at one moment of one context; the switch only changes gains. */
function startMix(context, sounds, settings, when, offset) {
  const voices = {};
  const lengths = ["reference", "after", "before"].filter((key) => sounds[key])
    .map((key) => sounds[key].buffer.duration);
  for (const key of ["reference", "after", "before"]) {
    if (!sounds[key]) continue;
    const source = context.createBufferSource();
    source.buffer = sounds[key].buffer;
    source.loopEnd = Math.min(...lengths);
    const gain = context.createGain();
    const panner = context.createStereoPanner();
    source.connect(gain).connect(panner).connect(context.destination);
    source.start(when, offset);
    voices[key] = { source, gain, panner };
  }
  const mix = { voices, length: Math.min(...lengths) };
  adjustMix(context, mix, sounds, settings, true);
  return mix;
}

function adjustMix(context, mix, sounds, settings, isAtOnce) {
  const level = levels(sounds, settings);
  for (const [key, voice] of Object.entries(mix.voices)) {
    const pan = settings.isStereo ? (key === "reference" ? -1 : 1) : 0;
    voice.source.loop = settings.isRepeated;
    if (isAtOnce) {
      voice.gain.gain.value = level[key];
      voice.panner.pan.value = pan;
    } else {
      voice.gain.gain.setTargetAtTime(level[key], context.currentTime, 0.005);
      voice.panner.pan.setTargetAtTime(pan, context.currentTime, 0.005);
    }
  }
}
