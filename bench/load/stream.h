/* The PUBLISH packets of all devices, in turn. All are alike but for a few digits, so one is kept and changed. */
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "workload.h"

#define FIRST_SEQ 1000000000ull /* so that every number has ten digits and every packet the same size */
#define LONGEST_PACKET 256

struct stream {
    uint8_t packet[LONGEST_PACKET];
    size_t size;
    uint8_t *device, *seq, *time, *degrees, *id;
    enum workload workload;
    uint32_t devices;
    uint64_t next;    /* number of the next message */
    uint32_t turn;    /* whose turn it is */
    uint64_t reading; /* and which of its readings */
    uint64_t ms;
};

void stream_open(struct stream *stream, enum workload workload, uint32_t devices);

/* For a client that speaks this version and was granted this QoS; what is next stays. */
void stream_form(struct stream *stream, int version, unsigned qos);

/* Write the next message of the devices, `stream->size` bytes. What it says stands in the result. */
struct reading stream_write(struct stream *stream, uint8_t *into, unsigned id);

/* Write reading `index` of the probe. */
void stream_probe(struct stream *stream, uint8_t *into, unsigned index, unsigned id);

/* The time that readings carry, from now on. */
void stream_time(struct stream *stream, uint64_t ms);

#endif
