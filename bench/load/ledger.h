/* The books: which readings must be answered, which were, in what order, and how long it took. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"

struct pass {
    uint64_t number; /* of the message */
    uint64_t sent;   /* ns: when it was sent or, at a fixed rate, when it should have been */
    uint32_t device;
    uint32_t after; /* the device's next one that waits, as index + 1; 0: none */
    bool answered;
};

struct queue {
    uint32_t first, last; /* the device's passes that wait, as index + 1 */
    uint32_t waiting;
    uint64_t newest; /* number + 1 of the newest message that was answered */
};

struct ledger {
    struct pass *passes;
    uint32_t count, room;
    uint32_t front; /* everything before it was answered or given up */
    struct queue *queues;
    uint32_t devices;
    int by; /* what outputs name: 0 nothing yet, 's' the message's number, 'o' the device only (so by order) */
    uint64_t received, answered, doubled, disordered, unexpected;
    uint32_t deepest; /* the most passes of one device that waited at once */
    uint64_t from, until; /* ns: latencies of what was sent in between are kept */
    struct histogram latency;
};

void ledger_open(struct ledger *book, uint32_t devices);

/* A message that must be answered is on its way. */
void ledger_sent(struct ledger *book, uint32_t device, uint64_t number, uint64_t at);

/* An output came for `device`; `number` is the message that it names, or -1 when it names none. Outputs that name none
 * are taken as answers in the order of the device's own messages: exact while no more than one of them waits
 * (`deepest`), else one that is lost and one that is doubled could make up for each other. */
void ledger_answer(struct ledger *book, uint32_t device, int64_t number, uint64_t at);

/* The number of the oldest message that may still be answered, `next` when there is none. What waits for longer than
 * ten seconds is given up here, so that a loss does not stop the stream; it still counts when it comes. */
uint64_t ledger_front(struct ledger *book, uint64_t next, uint64_t now);

/* Whether what stands at the front has waited for longer than `span` ns. Ask `ledger_front` first. */
static inline bool ledger_stalled(const struct ledger *book, uint64_t now, uint64_t span)
{
    return book->front < book->count && now > book->passes[book->front].sent + span;
}

static inline uint64_t ledger_waiting(const struct ledger *book)
{
    return book->count - book->answered;
}

#endif
