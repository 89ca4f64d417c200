/* System calls without errno: for processes that share their memory with another one, and so its errno too. */
#ifndef DAEMONCTX_OS_LINUX_RAW_CALL_H
#define DAEMONCTX_OS_LINUX_RAW_CALL_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RAW(value) ((long)(intptr_t)(value))

/* The result, or the negative errno. */
static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
#if defined(__x86_64__) && !defined(__ILP32__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
#elif defined(__riscv) && __riscv_xlen == 64
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4) : "memory");
    return a0;
#else
    /* Elsewhere errno is shared. A call that fails here in the very instant in which one of the other process does can
     * make that one name the wrong errno; nothing is decided by it. */
    long result = syscall(number, a, b, c, d, e);
    return result < 0 ? -errno : result;
#endif
}

#endif
