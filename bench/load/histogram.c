#include "histogram.h"

#include <math.h>

/* Values below FINE have a bucket each; above, each power of two is cut into FINE parts. */
static unsigned bucket_of(uint64_t value)
{
    if (value < FINE)
        return (unsigned)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - FINE_BITS;
    return (shift + 1) * FINE + (unsigned)((value >> shift) - FINE);
}

static uint64_t upper_edge(unsigned bucket)
{
    if (bucket < FINE)
        return bucket;
    unsigned shift = bucket / FINE - 1;
    return (((uint64_t)(bucket % FINE) + FINE + 1) << shift) - 1;
}

void histogram_add(struct histogram *all, uint64_t value)
{
    all->count++;
    all->buckets[bucket_of(value)]++;
    if (value > all->largest)
        all->largest = value;
}

uint64_t histogram_at(const struct histogram *all, double share)
{
    uint64_t wanted = (uint64_t)ceil(share * (double)all->count), seen = 0;
    for (unsigned bucket = 0; all->count && bucket < BUCKETS; bucket++) {
        seen += all->buckets[bucket];
        if (seen >= wanted)
            return upper_edge(bucket) < all->largest ? upper_edge(bucket) : all->largest;
    }
    return 0;
}
