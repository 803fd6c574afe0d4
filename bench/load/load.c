/* The load generator: see options.c for what it does. One thread, one loop. */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINGER (300 * MILLISECOND) /* what is doubled comes a little later than the first */
#define LONGEST_DRAIN (20 * SECOND)

static void fail(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static volatile sig_atomic_t went_on;

static void on_continue(int signal)
{
    (void)signal;
    went_on = 1;
}

/* The clock while we run: now_ns(), but it stands still while SIGSTOP holds us, so that several of us can take turns. */
static uint64_t running_ns(void)
{
    static uint64_t away, seen;
    uint64_t now = now_ns();
    if (went_on) {
        went_on = 0;
        away += now - seen;
    }
    seen = now;
    return now - away;
}

static struct sockaddr_in loopback(const struct options *options)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (options->host && inet_pton(AF_INET, options->host, &address.sin_addr) != 1)
        fail("--broker wants a numeric address");
    return address;
}

static void listen_on(struct load *load)
{
    struct sockaddr_in address = loopback(&load->options);
    socklen_t size = sizeof address;
    int one = 1;
    load->listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(load->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(load->listener, (struct sockaddr *)&address, sizeof address) || listen(load->listener, 16))
        fail("cannot listen");
    getsockname(load->listener, (struct sockaddr *)&address, &size);
    load->options.port = ntohs(address.sin_port);
}

static void dial(struct load *load)
{
    struct sockaddr_in address = loopback(&load->options);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address))
        fail("cannot connect");
    peer_open(&load->peers[0], fd);
    greet_broker(load, &load->peers[0]);
}

static void open_load(struct load *load)
{
    load->listener = -1;
    for (int index = 0; index < MOST_PEERS; index++)
        load->peers[index].fd = -1;
    ledger_open(&load->book, load->options.devices);
    flight_reset(&load->flight);
    stream_open(&load->stream, load->options.workload, load->options.devices);
    if (load->options.host)
        dial(load);
    else
        listen_on(load);
    load->opened = running_ns();
    say("listening", load, load->opened);
}

static void accept_peer(struct load *load)
{
    int fd = accept(load->listener, NULL, NULL);
    for (int index = 0; fd >= 0 && index < MOST_PEERS; index++)
        if (load->peers[index].fd < 0) {
            peer_open(&load->peers[index], fd);
            return;
        }
    if (fd >= 0)
        close(fd);
}

static void start_running(struct load *load, uint64_t now)
{
    load->phase = RUNNING;
    load->started = load->progress = now;
    load->book.from = load->book.until = UINT64_MAX;
    say("ready", load, now);
}

static void while_running(struct load *load, uint64_t now)
{
    const struct options *options = &load->options;
    bool warm = now - load->started >= (uint64_t)(options->warm_up * 1e9) && load->stream.next >= options->warm_messages;
    if (!load->from.at && warm) {
        load->from = mark_of(load, now);
        load->book.from = now;
        load->book.until = now + (uint64_t)(options->seconds * 1e9);
        say("measuring", load, now);
    }
    if (now < load->book.until && !(options->messages && load->stream.next >= options->messages))
        return;
    load->until = mark_of(load, now);
    load->phase = DRAINING;
    load->progress = now;
    say("measured", load, now);
}

static void while_draining(struct load *load, uint64_t now)
{
    bool quiet = !ledger_waiting(&load->book) && !load->flight.count;
    uint64_t wait = quiet ? LINGER : (uint64_t)(load->options.drain * 1e9);
    if (now - load->progress < wait && now - load->until.at < LONGEST_DRAIN)
        return;
    load->phase = SERVING;
    report(load);
}

static void look_at_the_clock(struct load *load, uint64_t now)
{
    if (load->phase < RUNNING && now - load->opened > (uint64_t)(load->options.patience * 1e9)) {
        fprintf(stderr, "load: no client was ready in time (%s)\n", load->connected ? "one connected" : "none connected");
        exit(3);
    }
    if (load->phase == WAITING && load->target)
        load->phase = PROBING;
    if (load->phase == PROBING && (load->answered || !load->options.answers))
        start_running(load, now);
    if (load->phase == RUNNING)
        while_running(load, now);
    else if (load->phase == DRAINING)
        while_draining(load, now);
}

/* The sockets to look at: stdin, the listener, the peers. */
static int gather(struct load *load, struct pollfd *into)
{
    into[0] = (struct pollfd){load->phase == SERVING ? 0 : -1, POLLIN, 0};
    into[1] = (struct pollfd){load->listener, POLLIN, 0};
    for (int index = 0; index < MOST_PEERS; index++) {
        const struct peer *peer = &load->peers[index];
        into[2 + index] = (struct pollfd){peer->fd, POLLIN, 0};
        if (peer->fd >= 0 && peer_waiting(peer))
            into[2 + index].events |= POLLOUT;
    }
    return 2 + MOST_PEERS;
}

static void serve(struct load *load, const struct pollfd *ready)
{
    for (int index = 0; index < MOST_PEERS; index++) {
        struct peer *peer = &load->peers[index];
        if (peer->fd < 0 || !(ready[index].revents & (POLLIN | POLLHUP | POLLERR)))
            continue;
        bool open = peer_fill(peer);
        if (!exchange(load, peer, running_ns()) || !open)
            leave(load, peer);
    }
}

static void flush(struct load *load, uint64_t now)
{
    for (int index = 0; index < MOST_PEERS; index++) {
        struct peer *peer = &load->peers[index];
        if (peer->fd >= 0 && !peer_flush(peer, now))
            leave(load, peer);
        peer_quick(peer, now);
    }
}

static bool stdin_is_over(const struct pollfd *in)
{
    char thrown_away[64];
    return in->revents && read(0, thrown_away, sizeof thrown_away) <= 0;
}

int main(int count, char **words)
{
    static struct load load;
    struct pollfd ready[2 + MOST_PEERS];
    load.options = options_of(count, words);
    signal(SIGCONT, on_continue);
    open_load(&load);
    for (;;) {
        uint64_t now = running_ns();
        look_at_the_clock(&load, now);
        uint64_t wait = produce(&load, now);
        flush(&load, now);
        struct timespec span = {0, (long)(wait < 20 * MILLISECOND ? wait : 20 * MILLISECOND)};
        if (ppoll(ready, (nfds_t)gather(&load, ready), &span, NULL) < 0)
            continue;
        if (stdin_is_over(&ready[0]))
            return 0;
        if (ready[1].revents & POLLIN)
            accept_peer(&load);
        serve(&load, ready + 2);
    }
}
