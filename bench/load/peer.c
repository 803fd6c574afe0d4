#include "peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define QUIET 500000u /* ns */

void peer_open(struct peer *peer, int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    *peer = (struct peer){.fd = fd, .version = 4, .receive_maximum = 65535, .out_room = 2 * CHUNK};
    peer->in = malloc(INPUT);
    peer->out = malloc(peer->out_room);
    peer->filters = calloc(MOST_FILTERS, sizeof *peer->filters);
    if (!peer->in || !peer->out || !peer->filters)
        abort();
}

void peer_close(struct peer *peer)
{
    close(peer->fd);
    for (unsigned index = 0; index < peer->filter_count; index++)
        free(peer->filters[index]);
    free(peer->filters);
    free(peer->in);
    free(peer->out);
    *peer = (struct peer){.fd = -1};
}

void peer_filter(struct peer *peer, struct bytes filter)
{
    peer_unfilter(peer, filter);
    if (peer->filter_count < MOST_FILTERS)
        peer->filters[peer->filter_count++] = strndup((const char *)filter.at, filter.left);
}

void peer_unfilter(struct peer *peer, struct bytes filter)
{
    for (unsigned index = 0; index < peer->filter_count; index++) {
        char *known = peer->filters[index];
        if (strlen(known) == filter.left && memcmp(known, filter.at, filter.left) == 0) {
            free(known);
            peer->filters[index] = peer->filters[--peer->filter_count];
            return;
        }
    }
}

bool peer_wants(const struct peer *peer, struct bytes topic)
{
    for (unsigned index = 0; index < peer->filter_count; index++)
        if (matches(peer->filters[index], topic))
            return true;
    return false;
}

uint8_t *peer_room(struct peer *peer, size_t size)
{
    if (peer->out_end + size > peer->out_room && peer->out_start) {
        memmove(peer->out, peer->out + peer->out_start, peer_waiting(peer));
        peer->out_end -= peer->out_start;
        peer->out_start = 0;
    }
    if (peer->out_end + size > peer->out_room) {
        peer->out_room = 2 * (peer->out_end + size);
        peer->out = realloc(peer->out, peer->out_room);
        if (!peer->out)
            abort();
    }
    return peer->out + peer->out_end;
}

bool peer_flush(struct peer *peer, uint64_t now)
{
    if (peer_waiting(peer))
        peer->sent = now;
    while (peer_waiting(peer)) {
        ssize_t sent = send(peer->fd, peer->out + peer->out_start, peer_waiting(peer), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        peer->out_start += (size_t)sent;
    }
    peer->out_start = peer->out_end = 0;
    return true;
}

bool peer_fill(struct peer *peer)
{
    if (peer->in_start) {
        memmove(peer->in, peer->in + peer->in_start, peer->in_end - peer->in_start);
        peer->in_end -= peer->in_start;
        peer->in_start = 0;
    }
    if (peer->in_end == INPUT)
        return false; /* one packet that is larger than all that is taken */
    ssize_t got = recv(peer->fd, peer->in + peer->in_end, INPUT - peer->in_end, MSG_DONTWAIT);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    peer->in_end += (size_t)got;
    peer->heard = true;
    return got > 0;
}

void peer_quick(struct peer *peer, uint64_t now)
{
    int one = 1;
    if (peer->fd < 0 || !peer->heard || now < peer->sent + QUIET)
        return;
    setsockopt(peer->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
    peer->heard = false;
}
