/* The load generator: one run, from the first connection to the report. */
#ifndef LOAD_H
#define LOAD_H

#include "clock.h"
#include "flight.h"
#include "ledger.h"
#include "peer.h"
#include "stream.h"

#define MOST_PEERS 16

struct options {
    enum workload workload;
    uint32_t devices;
    unsigned qos;
    double rate;       /* messages a second; 0: as fast as they are taken */
    uint32_t window;   /* at most so many at QoS 1 on their way; the client's receive maximum may be less */
    uint64_t backlog;  /* at most so many messages ahead of the oldest that waits for its output; 0: no bound */
    double lag;        /* nothing is sent while an output waits for longer than so many seconds; 0: no bound */
    uint64_t messages; /* end after so many; 0: by time alone */
    uint64_t warm_messages;
    double warm_up, seconds, drain, patience;
    bool answers;     /* outputs are expected */
    const char *host; /* a broker to connect to; NULL: be the broker */
    const char *user, *password;
    uint16_t port; /* to listen on (0: any) or to connect to */
};

enum phase { WAITING, PROBING, RUNNING, DRAINING, SERVING };

/* How far everything was at one moment. */
struct mark {
    uint64_t at, sent, expected, answered, acknowledged;
};

/* How far ahead of the oldest unanswered message may be sent: see produce.c. */
struct reach {
    uint64_t now, front, shrunk_at;
    bool stalled_once;
};

struct load {
    struct options options;
    enum phase phase;
    int listener;
    struct peer peers[MOST_PEERS];
    struct peer *target; /* whom the devices talk to: the first that asked */
    struct stream stream;
    struct flight flight;
    struct ledger book;
    struct reach reach;
    uint64_t opened, connected, subscribed, answered; /* ns, 0: not yet */
    uint64_t probe_at, started, progress;
    struct mark from, until;
    uint64_t behind; /* ns: the most that a message left later than it should have */
    uint64_t disconnects, protocol_errors, outputs_at[2];
    int version;
    char client_id[80];
};

/* exchange.c: take in what a peer sent. False: the connection is over. */
bool exchange(struct load *load, struct peer *peer, uint64_t now);
void greet_broker(struct load *load, struct peer *peer);
void leave(struct load *load, struct peer *peer);

/* produce.c: send what may be sent now. Gives ns until there is more to do; 0: at once. */
uint64_t produce(struct load *load, uint64_t now);
uint64_t due_at(const struct load *load, uint64_t number);
struct mark mark_of(const struct load *load, uint64_t now);

/* options.c, report.c */
struct options options_of(int count, char **words);
void say(const char *event, const struct load *load, uint64_t at);
void report(struct load *load);

#endif
