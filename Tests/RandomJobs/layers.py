# SPDX-License-Identifier: MIT

"""Layers of neural networks, forward and with gradients."""

from .values import values

MOST_PRODUCTS = 2e8


def number_type(job):
    return job.pick("float32", "float32", "float32", "float64", "int16")


def pair(job, *choices):
    """A number for both axes, or one for each, with the option's text."""
    if job.chance(0.6):
        number = job.pick(*choices)
        return (number, number), str(number)
    numbers = (job.pick(*choices), job.pick(*choices))
    return numbers, f"{numbers[0]},{numbers[1]}"


def gradients(job, kind, shape, is_signal, *names):
    """Asks for the gradients, given that with respect to an output of this shape."""
    if min(shape) < 1 or not job.chance(0.5):
        return
    gradient = values(job, shape, kind)
    job.add("--output-gradient", job.array("g.npy", gradient[:, :, 0] if is_signal else gradient))
    for name in names:
        job.maybe(0.8, f"--{name}", f"{name}.npy")


def draw(job):
    """Sizes that both kinds of convolution layers have, of a moderate number of products."""
    while True:
        groups = job.pick(1, 1, 1, 2, 3, 8)
        inputs, outputs = groups * job.size(1, 24), groups * job.size(1, 24)
        images, size = job.pick(1, 1, 2, 3), (job.size(1, 80), job.size(1, 80))
        kernel = (job.size(1, 9), job.size(1, 9))
        if job.chance(0.6):
            kernel = job.pick((1, 1), (3, 3), (5, 5), (7, 7), (15, 15))
        if job.chance(0.15):
            size, kernel = (1, job.size(1, 3000)), (1, job.size(1, 60))
        products = images * inputs * outputs // groups * size[0] * size[1] * kernel[0] * kernel[1]
        is_inside = kernel[0] <= size[0] and kernel[1] <= size[1]
        if products < MOST_PRODUCTS and (is_inside or job.chance(0.1)):
            return groups, inputs, outputs, images, size, kernel


def padding(job, kernel, is_signal):
    """Zeros at the top, left, bottom and right, with the option's text."""
    form = job.whole(0, 3)
    if form == 0:
        return (0, 0, 0, 0), None
    if form == 1:
        zeros = job.whole(0, max(kernel) // 2)
        # One number does not give signals more rows.
        down = 0 if is_signal else zeros
        return (down, zeros, down, zeros), str(zeros)
    down, across = job.whole(0, kernel[0] // 2), job.whole(0, kernel[1] // 2)
    if form == 2:
        return (down, across, down, across), f"{down},{across}"
    sides = (down, across, job.whole(0, kernel[0] // 2), job.whole(0, kernel[1] // 2))
    return sides, ",".join(map(str, sides))


def layer(job, weight_shape, images, inputs, size, outputs, kernel, kind):
    """The inputs of a layer and options that need no arithmetic; gives whether they are signals."""
    x = values(job, (images, inputs, *size), kind)
    w = values(job, (*weight_shape, *kernel), kind)
    is_signal = size[0] == 1 and kernel[0] == 1 and job.chance(0.7)
    if is_signal:
        # A signal instead of a map of one row.
        x, w = x[:, :, 0], w[:, :, 0]
    job.add(job.kind, job.array("x.npy", x), job.array("w.npy", w), "-o", "out.npy")
    if job.chance(0.4):
        job.add("--bias", job.array("bias.npy", values(job, (outputs,), kind)))
    job.maybe(0.6, "--method", "auto", "direct", "im2col", "fft")
    return is_signal


def convolution(job):
    groups, inputs, outputs, images, size, kernel = draw(job)
    kind = number_type(job)
    is_signal = layer(job, (outputs, inputs // groups), images, inputs, size, outputs, kernel, kind)
    stride, stride_text = pair(job, 1, 1, 2, 3)
    dilation, dilation_text = (1, 1), "1"
    if all(count == 1 or length > 3 * count for length, count in zip(size, kernel)):
        dilation, dilation_text = pair(job, 1, 1, 2, 3)
    sides, padding_text = padding(job, kernel, is_signal)
    span = [step * (count - 1) + 1 for step, count in zip(dilation, kernel)]
    out = [(size[axis] + sides[axis] + sides[axis + 2] - span[axis]) // stride[axis] + 1
           for axis in (0, 1)]
    if job.chance(0.1):
        padding_text = job.pick("same-upper", "same-lower")
        out = [-(-size[axis] // stride[axis]) for axis in (0, 1)]
    job.add("--stride", stride_text, "--dilation", dilation_text, "--groups", groups)
    if padding_text:
        job.add("--padding", padding_text)
    gradients(job, kind, (images, outputs, *out), is_signal, "input-gradient", "weight-gradient",
              "bias-gradient")
    job.common()


def transposed(job):
    groups, inputs, outputs, images, size, kernel = draw(job)
    kind = number_type(job)
    is_signal = layer(job, (inputs, outputs // groups), images, inputs, size, outputs, kernel, kind)
    stride, stride_text = pair(job, 1, 2, 2, 3)
    dilation, dilation_text = pair(job, 1, 1, 1, 2)
    sides, padding_text = padding(job, kernel, is_signal)
    extra = [job.whole(0, max(stride[axis], dilation[axis]) - 1) if job.chance(0.3) else 0
             for axis in (0, 1)]
    if is_signal:
        extra[0] = 0
    out = [(size[axis] - 1) * stride[axis] - sides[axis] - sides[axis + 2]
           + dilation[axis] * (kernel[axis] - 1) + 1 + extra[axis] for axis in (0, 1)]
    job.add("--stride", stride_text, "--dilation", dilation_text, "--groups", groups)
    job.add("--output-padding", f"{extra[0]},{extra[1]}")
    if padding_text:
        job.add("--padding", padding_text)
    gradients(job, kind, (images, outputs, *out), is_signal, "input-gradient", "weight-gradient",
              "bias-gradient")
    job.common()


def correlation(job):
    kind = number_type(job)
    while True:
        images, channels = job.pick(1, 1, 2), job.size(1, 64)
        size = (job.size(1, 80), job.size(1, 80))
        kernel = job.pick(1, 1, 1, 3, 3, 5, 7, 15)
        reach, reach_text = pair(job, 0, 1, 2, 4, 7, 10)
        stride1, stride2 = job.pick(1, 1, 2, 3, 8), job.pick(1, 1, 2, 3)
        pad = job.pick(0, max(reach), max(reach) + kernel // 2, job.whole(0, 8))
        out = [-(-(size[axis] + 2 * pad - 2 * (reach[axis] + kernel // 2)) // stride1)
               for axis in (0, 1)]
        steps = [2 * (reach[axis] // stride2) + 1 for axis in (0, 1)]
        products = images * channels * out[0] * out[1] * steps[0] * steps[1] * kernel ** 2
        if products < MOST_PRODUCTS and (min(out) > 0 or job.chance(0.02)):
            break
    shape = (images, channels, *size)
    job.add(job.kind, job.array("a.npy", values(job, shape, kind)),
            job.array("b.npy", values(job, shape, kind)), "-o", "out.npy", "--kernel-size", kernel,
            "--max-displacement", reach_text, "--stride1", stride1, "--stride2", stride2,
            "--pad-size", pad)
    # Transforms serve products alone.
    subtracts = job.maybe(0.35, "--subtract")
    job.maybe(0.6, "--method", "auto", "direct", "box", "direct" if subtracts else "fft")
    gradients(job, kind, (images, steps[0] * steps[1], *out), False, "gradient1", "gradient2")
    job.common()
