/* What the devices say, and which of it must be answered. The same for every product under test. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_DEVICES 900000u
#define PROBE 999999u /* the device that is asked whether the product is ready; it is not counted */

enum workload { FILTER, FIVE, AVERAGE, CHANGED };

struct reading {
    unsigned hundredths; /* of a degree, 1000..9999 */
    bool passes;         /* whether an output must come of it */
};

/* Reading number `k` (from 0) of `device`.
 *
 * FILTER   above 80: one of any ten readings of a device in a row; those that pass say 80.05, 80.15 ... 89.95.
 * FIVE     above 70 for the fifth time in a row: once in twenty readings, after a near miss of four in a row.
 * AVERAGE  the average of ten seconds is above 70: every reading of each tenth device. Single readings of those are
 *          below 70 and single ones of the others above it, so that nobody passes who looks at readings alone. Holds
 *          from two readings per ten seconds on.
 * CHANGED  another value than the one before (the first one counts), and above 80: one of any ten readings of a device
 *          in a row, and half of all first ones. */
struct reading reading_of(enum workload workload, uint32_t device, uint64_t k);

/* The readings of a probe: one below every limit, then five that make every workload answer. */
#define PROBE_READINGS 6
unsigned probe_hundredths(unsigned index);

#endif
