#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"

#define GIVEN_UP (10 * SECOND)

static void *sure(void *memory)
{
    if (memory == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return memory;
}

void ledger_open(struct ledger *book, uint32_t devices)
{
    *book = (struct ledger){.devices = devices, .room = 1u << 16, .until = UINT64_MAX};
    book->queues = sure(calloc(devices, sizeof *book->queues));
    book->passes = sure(malloc(book->room * sizeof *book->passes));
}

void ledger_sent(struct ledger *book, uint32_t device, uint64_t number, uint64_t at)
{
    if (book->count == book->room) {
        book->room *= 2;
        book->passes = sure(realloc(book->passes, book->room * sizeof *book->passes));
    }
    book->passes[book->count] = (struct pass){.number = number, .sent = at, .device = device};
    struct queue *queue = &book->queues[device];
    uint32_t own = ++book->count;
    if (queue->last)
        book->passes[queue->last - 1].after = own;
    if (!queue->first)
        queue->first = own;
    queue->last = own;
    if (++queue->waiting > book->deepest)
        book->deepest = queue->waiting;
}

/* The pass with that number, else NULL. They stand in order. */
static struct pass *pass_of(struct ledger *book, uint64_t number)
{
    uint32_t low = 0, high = book->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (book->passes[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < book->count && book->passes[low].number == number ? &book->passes[low] : NULL;
}

static void settle(struct ledger *book, struct pass *pass, uint64_t at)
{
    struct queue *queue = &book->queues[pass->device];
    pass->answered = true;
    book->answered++;
    queue->waiting--;
    while (queue->first && book->passes[queue->first - 1].answered)
        queue->first = book->passes[queue->first - 1].after;
    if (!queue->first)
        queue->last = 0;
    if (pass->number + 1 > queue->newest)
        queue->newest = pass->number + 1;
    if (pass->sent >= book->from && pass->sent < book->until)
        histogram_add(&book->latency, at > pass->sent ? at - pass->sent : 0);
}

static void answer_by_number(struct ledger *book, uint32_t device, uint64_t number, uint64_t at)
{
    struct pass *pass = pass_of(book, number);
    if (pass == NULL || pass->device != device) {
        book->unexpected++;
    } else if (pass->answered) {
        book->doubled++;
    } else {
        if (number + 1 < book->queues[device].newest)
            book->disordered++;
        settle(book, pass, at);
    }
}

static void answer_by_order(struct ledger *book, uint32_t device, uint64_t at)
{
    uint32_t first = book->queues[device].first;
    if (!first)
        book->doubled++;
    else
        settle(book, &book->passes[first - 1], at);
}

void ledger_answer(struct ledger *book, uint32_t device, int64_t number, uint64_t at)
{
    book->received++;
    if (!book->by)
        book->by = number < 0 ? 'o' : 's';
    if (device >= book->devices || (number < 0) != (book->by == 'o'))
        book->unexpected++;
    else if (number < 0)
        answer_by_order(book, device, at);
    else
        answer_by_number(book, device, (uint64_t)number, at);
}

uint64_t ledger_front(struct ledger *book, uint64_t next, uint64_t now)
{
    while (book->front < book->count) {
        const struct pass *pass = &book->passes[book->front];
        if (!pass->answered && now < pass->sent + GIVEN_UP)
            return pass->number;
        book->front++;
    }
    return next;
}
