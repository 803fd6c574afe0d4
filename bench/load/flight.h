/* Packet ids of messages at QoS 1 that were sent and not yet acknowledged. */
#ifndef FLIGHT_H
#define FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

struct flight {
    bool open[65536];
    uint32_t count;
    uint16_t next, oldest;
    uint64_t acknowledged;
    uint64_t unknown;    /* acknowledgements of what was not on its way: doubled or invented */
    uint64_t disordered; /* not in the order of the messages, which MQTT asks for */
    uint64_t refused;    /* with a reason code that says so (MQTT 5) */
};

void flight_reset(struct flight *flight);

/* Whether an id is free; ids are given in a circle. */
static inline bool flight_free(const struct flight *flight)
{
    return !flight->open[flight->next];
}

uint16_t flight_start(struct flight *flight);
void flight_end(struct flight *flight, uint16_t id, unsigned reason);

#endif
