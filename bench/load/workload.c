#include "workload.h"

#define CYCLE 20u
#define FIRES 10u /* the place in the cycle of the fifth reading in a row */

static struct reading filtered(uint32_t device, uint64_t k)
{
    if ((k + device) % 10 == 0)
        return (struct reading){8005 + 10 * (unsigned)((k / 10 + device) % 100), true};
    return (struct reading){6000 + (unsigned)((k * 37 + device * 13ull) % 2000), false};
}

/* Places 1-4 and 6-10 of the cycle are above 70. A device that begins in the middle fires only if it has said five. */
static struct reading five(uint32_t device, uint64_t k)
{
    unsigned place = (unsigned)((k + 7ull * device) % CYCLE);
    bool above = (place >= 1 && place <= 4) || (place >= 6 && place <= FIRES);
    unsigned some = (unsigned)((k * 37 + device * 13ull) % 1800);
    return (struct reading){above ? 7105 + some : 5000 + some, place == FIRES && k >= 4};
}

static struct reading averaged(uint32_t device, uint64_t k)
{
    if (device % 10 == 0)
        return (struct reading){k % 2 ? 6100 : 9900, true};
    return (struct reading){k % 2 ? 7900 : 3100, false};
}

static struct reading changed(uint32_t device, uint64_t k)
{
    unsigned place = (unsigned)((k + device) % 10);
    return (struct reading){place < 5 ? 8505 : 6000, place == 0 || (place < 5 && k == 0)};
}

struct reading reading_of(enum workload workload, uint32_t device, uint64_t k)
{
    switch (workload) {
    case FIVE:
        return five(device, k);
    case AVERAGE:
        return averaged(device, k);
    case CHANGED:
        return changed(device, k);
    default:
        return filtered(device, k);
    }
}

unsigned probe_hundredths(unsigned index)
{
    return index == 0 ? 6100 : 8005;
}
