# SPDX-License-Identifier: MIT

"""Convolution, correlation and time alignment by Overlap, for NumPy arrays.

`convolve`, `correlate`, `fftconvolve`, `oaconvolve`, `convolve2d`, `correlate2d`, `choose_conv_method` and
`correlation_lags` take what those of `scipy.signal` take. What differs: the method never shows in a
result beyond its rounding (NaN and infinities reach the results they are a part of and no others, by
FFT too), and integers are exact, or refused by an OverflowError where SciPy's wrap around.

`Plan`, `StreamingFilter`, `estimate_delay`, `register` and `find_template` are Overlap's own.

Arrays are not copied on their way in and out, whatever their strides, unless their types differ or are
none that Overlap computes with; Python's lock is free while Overlap computes.

The library is the file that the variable OVERLAP_LIBRARY names, or lies in the folder
overlap_libraries beside this file, or where the system looks for libraries.
"""

import collections
import ctypes
import numbers
import operator
import os
import pathlib
import sys
import timeit

import numpy as np

__all__ = [
    "Delay", "Match", "Plan", "StreamingFilter", "Translation", "choose_conv_method", "convolve",
    "convolve2d", "correlate", "correlate2d", "correlation_lags", "estimate_delay", "fftconvolve",
    "find_template", "oaconvolve", "register",
]


# ---- The library --------------------------------------------------------------------------------


def _load():
    name = "liboverlap-c" + (".dylib" if sys.platform == "darwin" else ".so")
    beside = pathlib.Path(__file__).parent / "overlap_libraries" / name
    return ctypes.CDLL(os.environ.get("OVERLAP_LIBRARY") or (str(beside) if beside.exists() else name))


_library = _load()


# The structures of overlap.h.


class _Array(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p), ("rank", ctypes.c_int32), ("shape", ctypes.c_void_p),
        ("strides", ctypes.c_void_p),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        ("mode", ctypes.c_int), ("boundary", ctypes.c_int), ("method", ctypes.c_int),
        ("threads", ctypes.c_int32), ("constant", ctypes.c_double * 2),
        ("result_type", ctypes.c_int), ("axis_count", ctypes.c_int32), ("axes", ctypes.c_void_p),
        ("lags", ctypes.c_void_p),
    ]


class _DelayOptions(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in (
        "maximum_delay", "expected_delay", "lowest_frequency", "highest_frequency")] + [
        ("measures_drift", ctypes.c_int32), ("threads", ctypes.c_int32)]


class _Delay(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in (
        "delay", "standard_error", "false_alarm_probability", "peak_ratio", "overlap", "drift",
        "drift_standard_error")] + [("polarity", ctypes.c_int32), ("is_ambiguous", ctypes.c_int32)]


class _Translation(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in (
        "row_shift", "column_shift", "row_standard_error", "column_standard_error",
        "false_alarm_probability", "peak_ratio")] + [("polarity", ctypes.c_int32)]


class _Match(ctypes.Structure):
    _fields_ = [
        ("row", ctypes.c_int64), ("column", ctypes.c_int64), ("score", ctypes.c_double),
        ("false_alarm_probability", ctypes.c_double),
    ]


def _function(name, *arguments):
    function = getattr(_library, "overlap_" + name)
    function.argtypes = arguments
    function.restype = ctypes.c_int
    return function


_int, _pointer, _long = ctypes.c_int, ctypes.c_void_p, ctypes.c_int64
_convolve = _function("convolve", _int, _pointer, _pointer, _pointer, _pointer)
_correlate = _function("correlate", _int, _pointer, _pointer, _pointer, _pointer)
_choose_method = _function(
    "choose_method", _int, _int, _pointer, _int, _pointer, _pointer, _pointer, _pointer)
_plan_create = _function("plan_create", _int, _int, _pointer, _pointer, _pointer)
_plan_execute = _function("plan_execute", _pointer, _pointer, _pointer)
_plan_result_shape = _function("plan_result_shape", _pointer, _int, _pointer, _pointer)
_filter_create = _function("filter_create", _int, _pointer, _long, _pointer)
_filter_push = _function("filter_push", _pointer, _pointer, _pointer)
_filter_reset = _function("filter_reset", _pointer)
_estimate_delay = _function(
    "estimate_delay", _int, _pointer, _pointer, ctypes.c_double, _pointer, _pointer)
_register = _function("register", _int, _pointer, _pointer, _int, _pointer)
_find_template = _function(
    "find_template", _int, _pointer, _pointer, _int, _long, _pointer, _pointer)
_plan_destroy = _library.overlap_plan_destroy
_plan_destroy.argtypes, _plan_destroy.restype = [_pointer], None
_filter_destroy = _library.overlap_filter_destroy
_filter_destroy.argtypes, _filter_destroy.restype = [_pointer], None
_library.overlap_error_message.restype = ctypes.c_char_p

# By the numbers of overlap_status.
_ERRORS = [None, ValueError, ValueError, OverflowError, ValueError, MemoryError]


def _fail(status):
    raise _ERRORS[status](_library.overlap_error_message().decode())


# Where the fields of a NumPy array are: an overlap_array is laid out as they are. The header of every
# Python object comes before them.
_FIELDS = object.__basicsize__


def _fields_are_known():
    """Whether NumPy's fields are where an overlap_array has them."""
    if sys.implementation.name != "cpython" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    array = np.zeros((4, 6, 5), np.int16)[::-1, 1::2]
    fields = _Array.from_address(id(array) + _FIELDS)
    if (fields.data, fields.rank) != (array.__array_interface__["data"][0], array.ndim):
        return False
    shape, strides = (
        tuple((_long * 3).from_address(pointer)) for pointer in (fields.shape, fields.strides))
    return (shape, strides) == (array.shape, array.strides)


_KNOWN = _fields_are_known()

if _KNOWN:

    def _of(array):
        """The overlap_array of an array, while the caller keeps the array."""
        return id(array) + _FIELDS

else:

    def _of(array):
        shape, strides = (
            (_long * max(1, array.ndim))(*numbers) for numbers in (array.shape, array.strides))
        result = _Array(
            array.__array_interface__["data"][0], array.ndim, ctypes.addressof(shape),
            ctypes.addressof(strides))
        result.kept = (array, shape, strides)
        return ctypes.byref(result)


# ---- Types, modes and options -------------------------------------------------------------------

# By the numbers of overlap_type. NumPy has several types of one size (long and long long).
_CODES = {
    np.dtype(letter): code for code, letters in enumerate(
        ["", "f", "d", "F", "D", "b", "h", "i", "lq", "B", "H", "I", "LQ"]) for letter in letters}
_MODES = {"full": 0, "same": 1, "valid": 2}
_METHODS = {"auto": 0, "direct": 1, "separable": 2, "fft": 3, "oa": 4}
_BOUNDARIES = {"zero": 0, "constant": 1, "wrap": 2, "symmetric": 3, "reflect": 4, "replicate": 5}


def _common(first, second):
    """Both arrays in a type that Overlap computes with, its number, and the type of the result where
    that is another. The number is None for Python's objects."""
    kind = first.dtype
    if kind is second.dtype or kind == second.dtype:
        code = _CODES.get(kind)
        if code is not None:
            return first, second, code, None
    kind = np.result_type(first.dtype, second.dtype)
    if kind.hasobject:
        return first, second, None, None
    # Bytes in the order of another machine too.
    kind = kind.newbyteorder("=")
    computed = kind
    if kind.kind == "b":
        computed = np.dtype(np.int64)
    elif kind not in _CODES:
        computed = np.dtype(np.complex128 if kind.kind == "c" else np.float64)
        if kind.kind not in "fc":
            raise TypeError(f"arrays of {kind} cannot be convolved")
    return (
        first.astype(computed), second.astype(computed), _CODES[computed],
        None if computed == kind else kind)


def _options(mode=0, method=0, boundary=0, constant=0, axes=None, lags=None, threads=None):
    options = _Options(mode, boundary, method, threads or 0)
    constant = complex(constant)
    options.constant[:] = constant.real, constant.imag
    if axes is not None:
        options.kept_axes = (_long * max(1, len(axes)))(*axes)
        options.axis_count, options.axes = len(axes), ctypes.addressof(options.kept_axes)
    if lags is not None:
        options.kept_lags = (_long * len(lags))(*lags)
        options.mode, options.lags = 3, ctypes.addressof(options.kept_lags)
    return options


# Of those that have names alone, made once: to make one takes longer than a short convolution.
_kept = {
    (mode, method): _options(_MODES[mode], _METHODS[method]) for mode in _MODES
    for method in ("auto", "direct", "fft")}
_named = {names: ctypes.addressof(options) for names, options in _kept.items()}


def _result_length(mode, n, m):
    if n == 0 or m == 0:
        return 0
    return n + m - 1 if mode == "full" else n if mode == "same" else abs(n - m) + 1


def _check_valid(mode, first, second, axes=None):
    """Refuses arrays of which neither lies inside the other, where results need it."""
    if mode != "valid":
        return
    pairs = list(zip(first.shape, second.shape))
    if axes is not None:
        pairs = [pairs[axis] for axis in axes]
    if not (all(n >= m for n, m in pairs) or all(n <= m for n, m in pairs)):
        raise ValueError(
            "For 'valid' mode, one must be at least as large as the other in every dimension")


# ---- scipy.signal's functions ------------------------------------------------------------------


def convolve(in1, in2, mode="full", method="auto"):
    """The convolution of two arrays of one rank, of any; see scipy.signal.convolve."""
    return _one_shot(_convolve, in1, in2, mode, method)


def correlate(in1, in2, mode="full", method="auto"):
    """The correlation of two arrays of one rank, of any; see scipy.signal.correlate."""
    return _one_shot(_correlate, in1, in2, mode, method)


def _one_shot(function, in1, in2, mode, method):
    options = _named.get((mode, method))
    # Most calls are about two lines of one type: a short way for them, which counts where lines are short.
    if (
        options is not None and type(in1) is type(in2) is np.ndarray and in1.ndim == in2.ndim == 1
        and in1.dtype is in2.dtype and _KNOWN):
        code, n, m = _CODES.get(in1.dtype), len(in1), len(in2)
        if code is not None and n and m:
            result = np.empty(
                n + m - 1 if mode == "full" else n if mode == "same" else abs(n - m) + 1, in1.dtype)
            # As _of gives them: three calls would take a tenth of all.
            status = function(
                code, id(in1) + _FIELDS, id(in2) + _FIELDS, id(result) + _FIELDS, options)
            if status:
                _fail(status)
            return result
    if options is None:
        if mode not in _MODES:
            raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'.")
        raise ValueError("Acceptable method flags are 'auto', 'direct', or 'fft'.")
    first, second = np.asarray(in1), np.asarray(in2)
    if first.ndim != second.ndim:
        raise ValueError("volume and kernel should have the same dimensionality")
    if first.ndim == 0:
        return first * (np.conj(second) if function is _correlate else second)
    first, second, code, kind = _common(first, second)
    _check_valid(mode, first, second)
    shape = tuple([_result_length(mode, n, m) for n, m in zip(first.shape, second.shape)])
    if code is None:
        return _convolve_objects(function is _correlate, first, second, mode, shape)
    result = np.empty(shape, first.dtype)
    status = function(code, _of(first), _of(second), _of(result), options)
    if status:
        _fail(status)
    return result if kind is None else result.astype(kind)


def _convolve_objects(is_correlation, first, second, mode, shape):
    """The convolution of arrays of Python's own numbers, product by product."""
    if is_correlation:
        second = np.conj(second[(slice(None, None, -1),) * second.ndim])
    pairs = list(zip(first.shape, second.shape))
    total = np.zeros([max(0, n + m - 1) for n, m in pairs], object)
    for index in np.ndindex(second.shape):
        total[tuple(slice(k, k + n) for k, n in zip(index, first.shape))] += first * second[index]
    starts = [
        0 if mode == "full" else (m - 1) // 2 if mode == "same" else min(n, m) - 1
        for n, m in pairs]
    return total[tuple(slice(start, start + length) for start, length in zip(starts, shape))]


def fftconvolve(in1, in2, mode="full", axes=None):
    """The convolution along some axes, or all, in floating point; see scipy.signal.fftconvolve.

    Whether FFTs are the fastest is found out: the name is SciPy's.
    """
    return _along_axes(in1, in2, mode, axes)


def oaconvolve(in1, in2, mode="full", axes=None):
    """The convolution along some axes, or all, in floating point; see scipy.signal.oaconvolve.

    Whether it goes by blocks is found out: the name is SciPy's.
    """
    return _along_axes(in1, in2, mode, axes)


def _along_axes(in1, in2, mode, axes):
    first, second = np.asarray(in1), np.asarray(in2)
    if first.ndim != second.ndim:
        raise ValueError("in1 and in2 should have the same dimensionality")
    if first.ndim == 0:
        return first * second
    if first.size == 0 or second.size == 0:
        return np.array([])
    if mode not in _MODES:
        raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")
    names_axes = axes is not None
    axes = _checked_axes(axes, first.ndim)
    if names_axes and not axes:
        raise ValueError("when provided, axes cannot be empty")
    pairs = list(zip(first.shape, second.shape))
    # Along an axis of length 1 there is nothing to slide.
    sliding = [axis for axis in axes if 1 not in pairs[axis]]
    if any(
        n != m and n != 1 and m != 1
        for axis, (n, m) in enumerate(pairs) if axis not in sliding):
        raise ValueError(
            f"incompatible shapes for in1 and in2: {first.shape} and {second.shape}")
    _check_valid(mode, first, second, sliding)
    if not sliding and mode != "same":
        return first * second
    first, second = (
        array.astype(np.float64) if array.dtype.kind in "iub"
        else array.astype(np.float32) if array.dtype == np.float16 else array
        for array in (first, second))
    first, second, code, kind = _common(first, second)
    if code is None:
        raise TypeError("Python's objects have no Fourier transform")
    if mode == "valid":
        axes = sliding
    shape = [max(n, m) for n, m in pairs]
    for axis in axes:
        shape[axis] = _result_length(mode, *pairs[axis])
    result = np.empty(shape, first.dtype)
    options = _options(_MODES[mode], axes=axes)
    status = _convolve(code, _of(first), _of(second), _of(result), ctypes.byref(options))
    if status:
        _fail(status)
    return result if kind is None else result.astype(kind)


def _checked_axes(axes, rank):
    if axes is None:
        return list(range(rank))
    if isinstance(axes, numbers.Number):
        axes = (axes,)
    try:
        axes = [operator.index(axis) for axis in axes]
    except TypeError as error:
        raise ValueError("axes must be a scalar or iterable of integers") from error
    axes = [axis + rank if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < rank for axis in axes):
        raise ValueError("axes exceeds dimensionality of input")
    if len(set(axes)) != len(axes):
        raise ValueError("all axes must be unique")
    return axes


def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    """The convolution of two images; see scipy.signal.convolve2d."""
    return _images(_convolve, in1, in2, mode, boundary, fillvalue, None)


def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    """The correlation of two images; see scipy.signal.correlate2d.

    As there, the mode same has its middle elsewhere than that of `correlate` for a kernel of even
    length: the first lag is -((length - 1) // 2).
    """
    lags = None
    if mode == "same":
        pairs = zip(np.shape(in1), np.shape(in2))
        lags = [lag for n, m in pairs for lag in (-((m - 1) // 2), n - 1 - (m - 1) // 2)]
    return _images(_correlate, in1, in2, mode, boundary, fillvalue, lags)


_SCIPY_BOUNDARIES = {
    "fill": "constant", "pad": "constant", "wrap": "wrap", "circular": "wrap", "symm": "symmetric",
    "symmetric": "symmetric",
}


def _images(function, in1, in2, mode, boundary, fillvalue, lags):
    first, second = np.asarray(in1), np.asarray(in2)
    if first.ndim != 2 or second.ndim != 2:
        raise ValueError(f"{function.__name__[8:]}2d inputs must both be 2-D arrays")
    _check_valid(mode, first, second)
    if mode not in _MODES:
        raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'.")
    if boundary not in _SCIPY_BOUNDARIES:
        raise ValueError(
            "Acceptable boundary flags are 'fill', 'circular' (or 'wrap'), and 'symmetric' (or 'symm').")
    first, second, code, kind = _common(first, second)
    if code is None:
        raise TypeError("images of Python's objects cannot be convolved")
    if np.size(fillvalue) != 1:
        raise ValueError("`fillvalue` must be scalar or an array with one element")
    fillvalue = np.ravel(fillvalue)[0]
    if np.iscomplexobj(fillvalue) and first.dtype.kind != "c":
        raise ValueError("could not cast `fillvalue` directly to the output type")
    edge = _SCIPY_BOUNDARIES[boundary]
    if first.size == 0 or second.size == 0:
        lags = None
    options = _options(
        _MODES[mode], boundary=_BOUNDARIES["zero" if edge == "constant" and fillvalue == 0 else edge],
        constant=fillvalue, lags=lags)
    shape = [_result_length(mode, n, m) for n, m in zip(first.shape, second.shape)]
    result = np.empty(shape, first.dtype)
    status = function(code, _of(first), _of(second), _of(result), ctypes.byref(options))
    if status:
        _fail(status)
    return result if kind is None else result.astype(kind)


def choose_conv_method(in1, in2, mode="full", measure=False):
    """Which method `convolve` takes, 'direct' or 'fft'; see scipy.signal.choose_conv_method."""
    first, second = np.asarray(in1), np.asarray(in2)
    if measure:
        times = {
            method: _seconds(lambda: convolve(first, second, mode, method))
            for method in ("fft", "direct")}
        return min(times, key=times.get), times
    if mode not in _MODES:
        raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'.")
    options = _named[mode, "auto"]
    if first.ndim != second.ndim:
        raise ValueError("volume and kernel should have the same dimensionality")
    _check_valid(mode, first, second)
    first, second, code, kind = _common(first, second)
    if code is None or (kind is not None and kind.kind == "b") or first.ndim > 3:
        return "direct"
    method = ctypes.c_int()
    shapes = [(_long * max(1, array.ndim))(*array.shape) for array in (first, second)]
    status = _choose_method(
        code, first.ndim, ctypes.byref(shapes[0]), second.ndim, ctypes.byref(shapes[1]), options,
        ctypes.byref(method), None)
    if status:
        _fail(status)
    return "direct" if method.value in (1, 2) else "fft"


def _seconds(call):
    timer = timeit.Timer(call)
    count, _ = timer.autorange()
    return min(timer.repeat(3, count)) / count


def correlation_lags(in1_len, in2_len, mode="full"):
    """The lags of the results of `correlate`; see scipy.signal.correlation_lags."""
    full = np.arange(1 - in2_len, in1_len)
    if mode == "full":
        return full
    if mode == "same":
        start = (in2_len - 1) // 2
        return full[start:start + in1_len]
    if mode == "valid":
        start = min(in1_len, in2_len) - 1
        return full[start:start + abs(in1_len - in2_len) + 1]
    raise ValueError(f"Mode {mode} is invalid")


# ---- Overlap's own ------------------------------------------------------------------------------


def _converted(array, kind):
    """An array as one of the kernel's type, if that is of its kind or a larger one."""
    array = np.asarray(array)
    if not np.can_cast(array.dtype, kind, "same_kind"):
        raise TypeError(f"samples of {array.dtype} do not go with a kernel of {kind}")
    return array.astype(kind, copy=False)


class Plan:
    """A kernel that is prepared once, for signals of any shape; several threads may call it at once.

    A kernel of lower rank than a signal slides along the signal's last axes, or along `axes`, and filters
    all its lines, images or volumes. `boundary` says what a signal is beyond its ends: 'zero',
    'constant' (of the value `fill`), 'wrap', 'symmetric', 'reflect' or 'replicate'.
    """

    def __init__(
        self, kernel, mode="full", *, correlate=False, axes=None, boundary="zero", fill=0,
        method="auto", threads=None):
        kernel = np.asarray(kernel)
        if kernel.dtype not in _CODES:
            kernel, _, code, _ = _common(kernel, kernel)
            if code is None:
                raise TypeError("a plan of Python's objects cannot be made")
        for name, names in ((mode, _MODES), (boundary, _BOUNDARIES), (method, _METHODS)):
            if name not in names:
                raise ValueError(f"{name!r} is none of {', '.join(names)}")
        self.dtype = kernel.dtype
        self._mode, self._length = mode, len(kernel) if kernel.ndim == 1 and axes is None else 0
        options = _options(
            _MODES[mode], _METHODS[method], _BOUNDARIES[boundary], fill,
            None if axes is None else list(np.atleast_1d(axes)), threads=threads)
        self._plan = ctypes.c_void_p()
        status = _plan_create(
            _CODES[self.dtype], int(correlate), _of(kernel), ctypes.byref(options),
            ctypes.byref(self._plan))
        if status:
            _fail(status)

    def __call__(self, signal, out=None):
        """The results for a signal, in `out` if it is given."""
        if type(signal) is not np.ndarray or signal.dtype != self.dtype:
            signal = _converted(signal, self.dtype)
        if out is None:
            out = np.empty(self._shape(signal), self.dtype)
        elif type(out) is not np.ndarray or out.dtype != self.dtype or not out.flags.writeable:
            raise TypeError(f"out has to be an array of {self.dtype} that can be written")
        status = _plan_execute(self._plan, _of(signal), _of(out))
        if status:
            _fail(status)
        return out

    def _shape(self, signal):
        if self._length and signal.ndim == 1:
            return _result_length(self._mode, len(signal), self._length)
        shape, result = (_long * max(1, signal.ndim))(*signal.shape), (_long * max(1, signal.ndim))()
        status = _plan_result_shape(
            self._plan, signal.ndim, ctypes.byref(shape), ctypes.byref(result))
        if status:
            _fail(status)
        return tuple(result[:signal.ndim])

    def __del__(self):
        if getattr(self, "_plan", None):
            _plan_destroy(self._plan)


class StreamingFilter:
    """The convolution of a signal that arrives piece by piece, `latency` samples later.

    A filter belongs to one thread at a time.
    """

    def __init__(self, kernel, latency=0):
        kernel = np.asarray(kernel)
        if kernel.dtype.kind not in "fc" or kernel.dtype not in _CODES:
            kernel = kernel.astype(np.complex128 if kernel.dtype.kind == "c" else np.float64)
        self.dtype = kernel.dtype
        self._filter = ctypes.c_void_p()
        status = _filter_create(
            _CODES[self.dtype], _of(kernel), latency, ctypes.byref(self._filter))
        if status:
            _fail(status)

    def push(self, samples, out=None):
        """Takes the next samples, and returns as many results, in `out` if it is given."""
        if type(samples) is not np.ndarray or samples.dtype != self.dtype:
            samples = _converted(samples, self.dtype)
        if out is None:
            out = np.empty(samples.shape, self.dtype)
        elif type(out) is not np.ndarray or out.dtype != self.dtype or not out.flags.writeable:
            raise TypeError(f"out has to be an array of {self.dtype} that can be written")
        status = _filter_push(self._filter, _of(samples), _of(out))
        if status:
            _fail(status)
        return out

    def reset(self):
        """Forgets all samples."""
        status = _filter_reset(self._filter)
        if status:
            _fail(status)

    def __del__(self):
        if getattr(self, "_filter", None):
            _filter_destroy(self._filter)


def _tuple(name, structure):
    return collections.namedtuple(name, [field for field, _ in structure._fields_])


Delay = _tuple("Delay", _Delay)
Translation = _tuple("Translation", _Translation)
Match = _tuple("Match", _Match)


def _values(structure):
    return [getattr(structure, field) for field, _ in structure._fields_]


def _reals(first, second):
    first, second = np.asarray(first), np.asarray(second)
    kind = np.float32 if first.dtype == second.dtype == np.float32 else np.float64
    return first.astype(kind, copy=False), second.astype(kind, copy=False), _CODES[np.dtype(kind)]


def estimate_delay(
    other, reference, sample_rate, *, maximum_delay=None, expected_delay=0.0, band=None,
    measures_drift=False, threads=None):
    """How much later the same events come in `other` than in `reference`, a Delay, in seconds."""
    other, reference, code = _reals(other, reference)
    options = _DelayOptions(
        maximum_delay or 0, expected_delay, *(band or (0, 0)), bool(measures_drift), threads or 0)
    found = _Delay()
    status = _estimate_delay(
        code, _of(reference), _of(other), sample_rate, ctypes.byref(options), ctypes.byref(found))
    if status:
        _fail(status)
    return Delay(*_values(found))


def register(reference, moving, *, threads=None):
    """How far what is in `reference` is shifted in `moving`, a Translation, in rows and columns."""
    reference, moving, code = _reals(reference, moving)
    found = _Translation()
    status = _register(code, _of(reference), _of(moving), threads or 0, ctypes.byref(found))
    if status:
        _fail(status)
    return Translation(*_values(found))


def find_template(template, image, count=1, *, threads=None):
    """The best places of `template` in `image`, a list of Match, the best first."""
    template, image, code = _reals(template, image)
    found, number = (_Match * max(1, count))(), _long()
    status = _find_template(
        code, _of(template), _of(image), threads or 0, count, ctypes.byref(found),
        ctypes.byref(number))
    if status:
        _fail(status)
    return [Match(*_values(match)) for match in found[:number.value]]
