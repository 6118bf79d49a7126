// SPDX-License-Identifier: MIT

// Tells ThreadSanitizer what it cannot see of Swift's Mutex on Linux.
//
// A lock that is free, and an unlock for which nobody waits, are atomic operations that the compiler
// puts into the caller, where they are instrumented. Under contention they are calls of _lockSlow and
// _unlockSlow of libswiftSynchronization.so, which is not instrumented, and there the system's futex
// passes the lock on: the sanitizer sees no release by the one thread and no acquisition by the
// other, and takes all that the lock guards for a race. This library, loaded before that one, adds
// just these two: nothing else is hidden, and accesses without the lock are still reported.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

// Swift's calling convention hands a method its value in a register of its own.
#define METHOD __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// In a process without the sanitizer there are none.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void acquired(void *lock) {
  if (__tsan_acquire) __tsan_acquire(lock);
}

METHOD void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
METHOD bool try_lock_slow(SELF) __asm__(TRY_LOCK);
METHOD void unlock_slow(SELF) __asm__(UNLOCK);

METHOD void lock_slow(uint32_t thread, SELF) {
  METHOD void (*lock)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  lock(thread, self);
  acquired(self);
}

METHOD bool try_lock_slow(SELF) {
  METHOD bool (*try_lock)(SELF) = dlsym(RTLD_NEXT, TRY_LOCK);
  bool is_locked = try_lock(self);
  if (is_locked) acquired(self);
  return is_locked;
}

METHOD void unlock_slow(SELF) {
  METHOD void (*unlock)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  if (__tsan_release) __tsan_release(self);
  unlock(self);
}
