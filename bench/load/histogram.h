/* How often which time was measured, in buckets of at most 1.6 % width. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define FINE_BITS 6
#define FINE (1u << FINE_BITS)
#define BUCKETS ((64 - FINE_BITS + 1) * FINE)

struct histogram {
    uint64_t count, largest;
    uint64_t buckets[BUCKETS];
};

void histogram_add(struct histogram *all, uint64_t value);

/* The value that `share` (0..1) of all do not exceed: the upper edge of its bucket. 0 when there is none. */
uint64_t histogram_at(const struct histogram *all, double share);

#endif
