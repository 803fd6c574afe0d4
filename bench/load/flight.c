#include "flight.h"

#include <string.h>

static uint16_t after(uint16_t id)
{
    return id == 65535 ? 1 : (uint16_t)(id + 1);
}

void flight_reset(struct flight *flight)
{
    memset(flight->open, 0, sizeof flight->open);
    flight->count = 0;
    flight->next = flight->oldest = 1;
}

uint16_t flight_start(struct flight *flight)
{
    uint16_t id = flight->next;
    flight->open[id] = true;
    flight->count++;
    flight->next = after(id);
    return id;
}

void flight_end(struct flight *flight, uint16_t id, unsigned reason)
{
    if (!flight->open[id]) {
        flight->unknown++;
        return;
    }
    flight->disordered += id != flight->oldest;
    flight->refused += reason >= 128;
    flight->open[id] = false;
    flight->count--;
    flight->acknowledged++;
    while (flight->count && !flight->open[flight->oldest])
        flight->oldest = after(flight->oldest);
    if (!flight->count)
        flight->oldest = flight->next;
}
