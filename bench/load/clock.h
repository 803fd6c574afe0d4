/* Time: monotonic for everything that is measured, the calendar only for what devices say. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

#define SECOND 1000000000ull
#define MILLISECOND 1000000ull

/* Nanoseconds; the same clock as Python's time.monotonic_ns(), so that both can be compared on one machine. */
static inline uint64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * SECOND + (uint64_t)at.tv_nsec;
}

/* Milliseconds since 1970. */
static inline uint64_t calendar_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_nsec / MILLISECOND;
}

#endif
