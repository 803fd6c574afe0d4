/* One connection: what came and was not read yet, what is to be sent, what it asked for. */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packets.h"

#define MOST_FILTERS 4096
#define INPUT (1u << 20)
#define CHUNK (128u << 10) /* the stream adds nothing while so much waits to be sent */

struct peer {
    int fd; /* -1: nobody */
    int version;
    bool greeted;
    bool finished; /* it said goodbye */
    bool heard;    /* something came since the last `peer_quick` */
    uint64_t sent; /* ns: when something was last sent */
    unsigned receive_maximum;
    char client_id[80];
    char **filters;
    unsigned filter_count;
    bool streams; /* it asked for what the devices say, with QoS `granted` */
    unsigned granted;
    uint8_t *in, *out;
    size_t in_start, in_end;
    size_t out_start, out_end, out_room;
};

void peer_open(struct peer *peer, int fd);
void peer_close(struct peer *peer);
void peer_filter(struct peer *peer, struct bytes filter);
void peer_unfilter(struct peer *peer, struct bytes filter);
bool peer_wants(const struct peer *peer, struct bytes topic);

static inline size_t peer_waiting(const struct peer *peer)
{
    return peer->out_end - peer->out_start;
}

/* Room for `size` bytes at the end of what is to be sent; `peer_add` makes them part of it. */
uint8_t *peer_room(struct peer *peer, size_t size);
static inline void peer_add(struct peer *peer, size_t size)
{
    peer->out_end += size;
}

/* Send, and receive, what the socket takes or has. False: the connection is over. */
bool peer_flush(struct peer *peer, uint64_t now);
bool peer_fill(struct peer *peer);

/* Have the kernel acknowledge what came, if nothing was sent for half a millisecond that carried the ACK: a client that
 * leaves Nagle on would else wait 40 ms for it, which no busy broker makes it do. */
void peer_quick(struct peer *peer, uint64_t now);

#endif
