/* Whether, and which, messages go out now. */
#include "load.h"

#define PROBE_EVERY (100 * MILLISECOND)
#define BURST 512 /* messages between two looks at what came in */
#define LEAST_REACH 32u
#define AFTER_STALL 16 /* times slower grows what was once too much */
#define SPIN (60 * 1000ull) /* ns: the kernel wakes nobody more exactly than that */

struct mark mark_of(const struct load *load, uint64_t now)
{
    const struct ledger *book = &load->book;
    return (struct mark){now, load->stream.next, book->count, book->answered, load->flight.acknowledged};
}

uint64_t due_at(const struct load *load, uint64_t number)
{
    return load->started + (uint64_t)((double)number * 1e9 / load->options.rate);
}

static bool has_room(const struct load *load)
{
    const struct peer *target = load->target;
    if (!target || peer_waiting(target) >= CHUNK)
        return false;
    if (!target->granted)
        return true;
    uint32_t window = load->options.window < target->receive_maximum ? load->options.window : target->receive_maximum;
    return load->flight.count < window && flight_free(&load->flight);
}

static void send_one(struct load *load, uint64_t at)
{
    struct stream *stream = &load->stream;
    uint64_t number = stream->next;
    uint32_t device = stream->turn;
    unsigned id = load->target->granted ? flight_start(&load->flight) : 0;
    struct reading said = stream_write(stream, peer_room(load->target, LONGEST_PACKET), id);
    peer_add(load->target, stream->size);
    if (said.passes && load->options.answers)
        ledger_sent(&load->book, device, number, at);
}

/* The bound on the backlog is felt for: from a little it grows with every answer, and while outputs wait too long nothing
 * is sent and it becomes half. So a slow product is not drowned at the start in what a quick one needs to run at its best. */
static uint64_t reach_of(struct load *load, uint64_t now)
{
    const struct options *options = &load->options;
    struct reach *reach = &load->reach;
    uint64_t front = ledger_front(&load->book, load->stream.next, now), lag = (uint64_t)(options->lag * 1e9);
    uint64_t most = options->backlog ? options->backlog : UINT64_MAX / 4;
    uint64_t slower = reach->stalled_once ? AFTER_STALL : 1, gained = (front - reach->front) / slower;
    reach->now += gained;
    reach->front += gained * slower;
    if (reach->now < LEAST_REACH)
        reach->now = LEAST_REACH;
    if (reach->now > most || !lag)
        reach->now = most;
    if (!lag || !ledger_stalled(&load->book, now, lag))
        return front + reach->now;
    if (now > reach->shrunk_at + lag) {
        reach->now = reach->now / 2;
        reach->shrunk_at = now;
        reach->stalled_once = true;
    }
    return load->stream.next;
}

/* Up to which message may be sent now. */
static uint64_t bound(struct load *load, uint64_t now)
{
    const struct options *options = &load->options;
    uint64_t most = load->stream.next + BURST, reach = reach_of(load, now);
    if (options->messages && options->messages < most)
        most = options->messages;
    if (reach < most)
        most = reach;
    if (options->rate > 0) {
        uint64_t due = now < load->started ? 0 : 1 + (uint64_t)((double)(now - load->started) * options->rate / 1e9);
        most = due < most ? due : most;
    }
    return most;
}

static uint64_t stream_some(struct load *load, uint64_t now)
{
    uint64_t most = bound(load, now);
    bool paced = load->options.rate > 0;
    uint64_t before = load->stream.next;
    stream_time(&load->stream, calendar_ms());
    while (load->stream.next < most && has_room(load)) {
        uint64_t at = paced ? due_at(load, load->stream.next) : now;
        if (paced && now > at && now - at > load->behind)
            load->behind = now - at;
        send_one(load, at);
    }
    if (!paced || !has_room(load)) /* an answer, or room to send, wakes us earlier */
        return load->stream.next > before ? 0 : MILLISECOND;
    uint64_t next = due_at(load, load->stream.next);
    return next < now + SPIN ? 0 : next - now - SPIN;
}

static uint64_t probe(struct load *load, uint64_t now)
{
    if (now < load->probe_at)
        return load->probe_at - now;
    load->probe_at = now + PROBE_EVERY;
    stream_time(&load->stream, calendar_ms());
    for (unsigned index = 0; index < PROBE_READINGS && has_room(load); index++) {
        unsigned id = load->target->granted ? flight_start(&load->flight) : 0;
        stream_probe(&load->stream, peer_room(load->target, LONGEST_PACKET), index, id);
        peer_add(load->target, load->stream.size);
    }
    return PROBE_EVERY;
}

uint64_t produce(struct load *load, uint64_t now)
{
    if (load->target && load->phase == PROBING)
        return probe(load, now);
    if (load->target && load->phase == RUNNING)
        return stream_some(load, now);
    return 20 * MILLISECOND;
}
